package dev.cdcpipeline.pipeline;

import java.io.PrintWriter;
import java.sql.Connection;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A data source that must not be asked. */
final class NoDataSource implements DataSource {

    private static AssertionError asked() {
        return new AssertionError("I/O where none is allowed");
    }

    @Override
    public Connection getConnection() {
        throw asked();
    }

    @Override
    public Connection getConnection(String user, String password) {
        throw asked();
    }

    @Override
    public PrintWriter getLogWriter() {
        throw asked();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw asked();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw asked();
    }

    @Override
    public int getLoginTimeout() {
        throw asked();
    }

    @Override
    public Logger getParentLogger() {
        throw asked();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw asked();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
