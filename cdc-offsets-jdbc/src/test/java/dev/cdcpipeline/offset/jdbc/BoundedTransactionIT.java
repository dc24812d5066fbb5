package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundedTransactionIT {

    private TestDatabase database;
    private Connection connection;

    @BeforeEach
    void create() throws SQLException {
        database = PostgresSource.shared().freshDatabase("bounded");
        database.execute("create table written (id int)");
        connection = database.dataSource().getConnection();
    }

    @AfterEach
    void drop() throws SQLException {
        connection.close();
        database.close();
    }

    @Test
    void bounds_every_call_and_gives_the_connection_back_as_it_was() throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 77);
        try (BoundedTransaction transaction = BoundedTransaction.begin(poolOfOne(), "work_mem = 12345")) {
            assertThat(shown("statement_timeout")).isEqualTo("25s");
            assertThat(shown("idle_in_transaction_session_timeout")).isEqualTo("30s");
            assertThat(shown("work_mem")).isEqualTo("12345kB");
            assertThat(connection.getNetworkTimeout()).isEqualTo(30_000);
            assertThat(connection.getAutoCommit()).isFalse();
            write(transaction);
            transaction.commit();
        }
        assertThat(shown("statement_timeout")).isEqualTo("0");
        assertThat(connection.getNetworkTimeout()).isEqualTo(77);
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(database.queryLong("select count(*) from written")).isEqualTo(1);
    }

    @Test
    void a_commit_is_on_the_disk_when_it_returns_also_where_the_database_says_otherwise() throws SQLException {
        database.execute("alter database " + database.name() + " set synchronous_commit = off");
        try (BoundedTransaction transaction = BoundedTransaction.begin(database.dataSource());
                Statement statement = transaction.connection().createStatement();
                ResultSet result = statement.executeQuery("show synchronous_commit")) {
            result.next();
            assertThat(result.getString(1)).isEqualTo("on");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("set synchronous_commit = remote_apply");
        }
        try (BoundedTransaction transaction = BoundedTransaction.begin(poolOfOne())) {
            assertThat(shown("synchronous_commit")).as("more than that is kept").isEqualTo("remote_apply");
            transaction.commit();
        }
    }

    @Test
    void rolls_back_what_was_not_committed() throws SQLException {
        try (BoundedTransaction transaction = BoundedTransaction.begin(poolOfOne())) {
            write(transaction);
        }
        assertThat(database.queryLong("select count(*) from written")).isZero();
        assertThat(connection.getAutoCommit()).isTrue();
    }

    @Test
    void gives_the_connection_back_when_it_cannot_begin() throws SQLException {
        assertThatThrownBy(() -> BoundedTransaction.begin(poolOfOne(), "no_such_setting = 1"))
                .isInstanceOf(SQLException.class);
        assertThat(connection.getAutoCommit()).isTrue();
    }

    @Test
    void can_be_closed_after_an_abort() throws SQLException {
        BoundedTransaction transaction = BoundedTransaction.begin(poolOfOne());
        write(transaction);
        transaction.abort();
        assertThatThrownBy(() -> write(transaction)).isInstanceOf(SQLException.class);

        transaction.close();

        assertThat(database.queryLong("select count(*) from written")).isZero();
    }

    private static void write(BoundedTransaction transaction) throws SQLException {
        try (Statement statement = transaction.connection().createStatement()) {
            statement.execute("insert into written values (1)");
        }
    }

    private String shown(String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("show " + setting)) {
            result.next();
            return result.getString(1);
        }
    }

    /** Hands out the same connection again and again, and does not close it. */
    private DataSource poolOfOne() {
        Connection kept = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) ->
                        method.getName().equals("close") ? null : invoke(() -> method.invoke(connection, arguments)));
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> kept);
    }

    private interface Invocation {
        Object run() throws ReflectiveOperationException;
    }

    private static Object invoke(Invocation invocation) throws Throwable {
        try {
            return invocation.run();
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
