package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PostgresSourceBuilderTest {

    @Test
    void names_the_engines_when_the_system_property_names_none() {
        System.setProperty("cdc.testkit.postgres", "oracle");
        try {
            assertThatThrownBy(PostgresSource::start)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cdc.testkit.postgres='oracle'")
                    .hasMessageContaining("embedded, testcontainers");
        } finally {
            System.clearProperty("cdc.testkit.postgres");
        }
    }

    @Test
    void chooses_the_port_itself() {
        PostgresSourceBuilder builder = PostgresSource.builder();

        assertThatThrownBy(() -> builder.setting("port", "5432"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'port'");
    }

    @Test
    void has_no_data_directory_in_a_container() {
        PostgresSourceBuilder builder =
                PostgresSource.builder().testcontainers().dataDirectory(Path.of("data"));

        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("data");
    }

    @Test
    void has_no_binaries_in_a_container() {
        PostgresSourceBuilder builder =
                PostgresSource.builder().testcontainers().binaries(Path.of("postgres.jar"));

        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("postgres.jar");
    }

    @Test
    void names_the_jar_that_is_not_there() {
        PostgresSourceBuilder builder = PostgresSource.builder().embedded().binaries(Path.of("postgres.jar"));

        assertThatThrownBy(builder::start).hasMessageContaining("postgres.jar");
    }
}
