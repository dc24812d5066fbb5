package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryIT {

    @Test
    void a_copy_is_the_same_cluster_and_becomes_a_standby_that_can_be_promoted(@TempDir Path directory) {
        DataDirectory data = new DataDirectory(directory.resolve("data"));
        String identifier;
        try (PostgresSource server =
                PostgresSource.builder().dataDirectory(data.path()).start()) {
            identifier = server.queryString("postgres", "select system_identifier from pg_control_system()");
            server.stop();
            data.copyTo(directory.resolve("copy")).asStandby();
        }

        try (PostgresSource copy = PostgresSource.builder()
                .dataDirectory(directory.resolve("copy"))
                .start()) {
            assertThat(copy.queryString("postgres", "select system_identifier from pg_control_system()"))
                    .isEqualTo(identifier);
            assertThat(copy.queryString("postgres", "select pg_is_in_recovery()"))
                    .isEqualTo("t");
            copy.execute("postgres", "select pg_promote()");
            assertThat(copy.queryString("postgres", "select pg_walfile_name(pg_current_wal_lsn())"))
                    .startsWith("00000002");
        }
    }
}
