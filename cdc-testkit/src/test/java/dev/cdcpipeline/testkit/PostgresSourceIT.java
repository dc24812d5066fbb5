package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresSourceIT {

    private static final String DATABASE = "postgres";

    private static PostgresSource postgres;

    @BeforeAll
    static void startServer() {
        postgres = PostgresSource.start();
    }

    @AfterAll
    static void closeServer() {
        postgres.close();
    }

    @Test
    void decodes_logically_and_loses_nothing_committed() {
        assertThat(postgres.queryString(DATABASE, "show wal_level")).isEqualTo("logical");
        assertThat(postgres.queryString(DATABASE, "show synchronous_commit")).isEqualTo("on");
        assertThat(postgres.version()).isGreaterThanOrEqualTo(160000);
    }

    @Test
    void keeps_committed_rows_and_the_slot_across_kill_9_on_the_same_port() {
        int port = postgres.port();
        try (TestDatabase database = postgres.freshDatabase("killed")) {
            database.execute("create table orders (id int primary key)", slot(database));
            for (int id = 1; id <= 50; id++) {
                database.execute("insert into orders values (" + id + ")");
            }

            postgres.killAndRestart();

            assertThat(postgres.port()).isEqualTo(port);
            assertThat(database.queryLong("select count(*) from orders")).isEqualTo(50);
            assertThat(database.queryLong(
                            "select count(*) from pg_logical_slot_get_changes('" + database.name() + "', null, null)"))
                    .as("50 times begin, insert, commit, after the empty transaction of the table")
                    .isGreaterThanOrEqualTo(150);
        }
    }

    @Test
    void is_down_between_stop_and_restart() {
        try (TestDatabase database = postgres.freshDatabase("stopped")) {
            database.execute("create table kept ()");
            postgres.stop();

            assertThat(postgres.isRunning()).isFalse();
            assertThatThrownBy(() -> database.execute("select 1")).hasMessageContaining("refused");

            postgres.restart();
            assertThat(database.queryLong("select count(*) from kept")).isZero();
        }
    }

    @Test
    void refuses_to_take_a_foreign_server_on_its_port_for_itself() throws IOException {
        try (PostgresSource other = PostgresSource.start()) {
            other.kill9();
            try (ServerSocket foreign = new ServerSocket(other.port(), 1, InetAddress.getLoopbackAddress())) {
                assertThat(foreign.isBound()).isTrue();
                assertThatThrownBy(other::restart)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("port " + other.port() + ", which another process has taken");
            }
            other.restart();
            assertThat(other.queryLong(DATABASE, "select 1")).isEqualTo(1);
        }
    }

    @Test
    void runs_beside_another_server_and_applies_settings_and_keeps_a_given_directory(@TempDir Path directory) {
        Path data = directory.resolve("data");
        try (PostgresSource other = PostgresSource.builder()
                .dataDirectory(data)
                .setting("cluster_name", "two words")
                .start()) {
            assertThat(other.port()).isNotEqualTo(postgres.port());
            assertThat(other.queryString(DATABASE, "show data_directory")).isEqualTo(data.toString());
            assertThat(other.queryString(DATABASE, "show cluster_name")).isEqualTo("two words");
            other.createDatabase("Kept One");
        }
        assertThat(Files.exists(data)).isTrue();
        try (PostgresSource again = PostgresSource.builder().dataDirectory(data).start()) {
            assertThat(again.queryLong("Kept One", "select 1")).isEqualTo(1);
        }
    }

    @Test
    void refuses_a_wrong_password() {
        assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(DATABASE), "postgres", "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void its_passwords_are_cheap_to_check_because_tests_connect_all_the_time() {
        assertThat(postgres.queryString(
                        DATABASE, "select split_part(rolpassword, ':', 1) from pg_authid where rolname = 'postgres'"))
                .isEqualTo("SCRAM-SHA-256$1");
    }

    @Test
    void shows_its_log_when_it_cannot_start() {
        assertThatThrownBy(() -> PostgresSource.builder()
                        .setting("wal_level", "nonsense")
                        .start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wal_level")
                .hasMessageContaining("nonsense");
    }

    @Test
    void names_the_statement_that_failed() {
        assertThatThrownBy(() -> postgres.execute(DATABASE, "select 1", "select nothing"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("select nothing")
                .hasCauseInstanceOf(SQLException.class);
    }

    private static String slot(TestDatabase database) {
        return "select pg_create_logical_replication_slot('" + database.name() + "', 'test_decoding')";
    }
}
