package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

class TestDatabaseIT {

    private final PostgresSource postgres = PostgresSource.shared();

    @Test
    void closes_although_a_client_streams_from_its_slot() throws SQLException {
        TestDatabase database = postgres.freshDatabase("streamed");
        String slot = database.name();
        database.execute("select pg_create_logical_replication_slot('" + slot + "', 'test_decoding')");
        try (Connection replication = replicationConnection(database);
                PGReplicationStream stream = replication
                        .unwrap(PGConnection.class)
                        .getReplicationAPI()
                        .replicationStream()
                        .logical()
                        .withSlotName(slot)
                        .start()) {
            assertThat(stream.isClosed()).isFalse();

            database.close();

            assertThat(countOf("pg_replication_slots where slot_name", slot)).isZero();
            assertThat(countOf("pg_database where datname", slot)).isZero();
        } catch (SQLException closedByServer) {
            assertThat(countOf("pg_database where datname", slot)).isZero();
        }
        database.close();
    }

    @Test
    void has_a_name_of_its_own() {
        try (TestDatabase one = postgres.freshDatabase("same");
                TestDatabase two = postgres.freshDatabase("same")) {
            one.execute("create table only_here ()");

            assertThat(two.queryStrings("select relname from pg_class where relname = 'only_here'"))
                    .isEmpty();
        }
    }

    @Test
    void rejects_a_prefix_that_would_need_quotes() {
        assertThatThrownBy(() -> postgres.freshDatabase("My Shop"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("My Shop");
    }

    @Test
    void cannot_take_the_shared_server_away_from_other_tests() {
        assertThatThrownBy(postgres::kill9).hasMessageContaining("PostgresSource.start()");
        assertThatThrownBy(postgres::close).hasMessageContaining("PostgresSource.start()");
        assertThat(PostgresSource.shared()).isSameAs(postgres);
    }

    private long countOf(String where, String name) {
        return postgres.queryLong("postgres", "select count(*) from " + where + " = '" + name + "'");
    }

    private Connection replicationConnection(TestDatabase database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", postgres.username());
        properties.setProperty("password", postgres.password());
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "10");
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }
}
