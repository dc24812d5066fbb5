package dev.cdcpipeline.preflight;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/** Someone who reads a bench's slot and acknowledges nothing. */
final class SlotReader implements AutoCloseable {
    private final Connection connection;

    SlotReader(Bench bench, String application) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, bench.server.username());
        PGProperty.PASSWORD.set(properties, bench.server.password());
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "9.4");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.APPLICATION_NAME.set(properties, application);
        connection = DriverManager.getConnection(bench.server.jdbcUrl(bench.name), properties);
        connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(bench.slot)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", "pub")
                .start();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
