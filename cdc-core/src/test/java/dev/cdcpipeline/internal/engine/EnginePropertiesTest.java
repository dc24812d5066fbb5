package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.bridge.EngineHandoff;
import dev.cdcpipeline.internal.bridge.StreamScope;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.dispatch.FailureSettings;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.Relations;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.UntouchedStore;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.shard.PostgresShardBuilder;
import dev.cdcpipeline.shard.ShardId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Debezium is told: the pipeline's own settings cannot be changed, and a secret stays one. */
class EnginePropertiesTest {
    private static final String SPELLING =
            "set time zone 'UTC';set intervalstyle = 'postgres';set bytea_output = 'hex';"
                    + "set lc_monetary = 'C';set extra_float_digits = 1";

    /** Those that a user may change. */
    private static final Set<String> DEFAULTS = Set.of(
            "slot.max.retries",
            "slot.retry.delay.ms",
            "retriable.restart.connector.wait.ms",
            "poll.interval.ms",
            "max.queue.size",
            "max.queue.size.in.bytes",
            "database.tcpKeepAlive",
            "database.options",
            "database.initial.statements",
            "statistics.metrics.enabled");

    static PipelineSettings settings() {
        return new PipelineSettings(
                "shop",
                new InstanceName("test"),
                Set.of(new ShardId("db0")),
                List.of(),
                new UntouchedStore(),
                PipelineListener.NONE,
                2048,
                50_000,
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                FailureSettings.standard(),
                Duration.ofSeconds(30));
    }

    private static PostgresShardBuilder shard() {
        return PostgresShard.named("db0").host("h").database("d").user("u").password("s3cret-pässword");
    }

    private static Properties properties(PostgresShard shard) {
        return properties(shard, captured("public.orders"));
    }

    private static CapturedTables captured(String table) {
        return new CapturedTables(Map.of(TableName.parse(table), Set.of("id")), Set.of(), Map.of(), Map.of());
    }

    private static StreamScope scope() {
        CapturedTables captured = captured("public.orders");
        return new StreamScope(captured, Relations.of(captured.columns().keySet()), Set.of());
    }

    private static Properties properties(PostgresShard shard, CapturedTables captured) {
        try (EngineHandoff handoff = new EngineHandoff(scope(), BoundaryText.of(100, 1, 0), null)) {
            return EngineProperties.of(shard, ShardNames.of("shop", shard), captured, settings(), handoff);
        }
    }

    @Test
    void a_snapshot_is_made_in_one_go_by_one_connection_that_may_wait() {
        PostgresShard shard =
                shard().connector("database.initial.statements", "set x = 1").build();
        try (EngineHandoff handoff = EngineHandoff.forSnapshot(scope())) {
            Properties properties = EngineProperties.of(
                    shard, ShardNames.of("shop", shard), captured("public.orders"), settings(), handoff);

            assertThat(properties)
                    .containsEntry("snapshot.mode", "initial")
                    .containsEntry("errors.max.retries", "0")
                    .containsEntry("snapshot.max.threads", "1")
                    .containsEntry(
                            "database.initial.statements",
                            "set x = 1;" + SPELLING + ";set idle_in_transaction_session_timeout = 0");
        }
        assertThat(properties(shard))
                .containsEntry("snapshot.mode", "no_data")
                .containsEntry("errors.max.retries", "-1")
                .containsEntry("database.initial.statements", "set x = 1;" + SPELLING);
    }

    @Test
    void a_user_may_change_a_default() {
        Properties properties =
                properties(shard().connector("poll.interval.ms", "7").build());

        assertThat(properties).containsEntry("poll.interval.ms", "7");
    }

    @Test
    void whatever_is_not_a_default_is_refused_when_a_user_sets_it_and_never_silently_overridden() {
        Set<String> owned = properties(shard().build()).stringPropertyNames();

        for (String key : owned) {
            if (!DEFAULTS.contains(key)) {
                assertThatThrownBy(() -> shard().connector(key, "x"))
                        .as(key)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("'" + key + "'");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.processing.failure.handling.mode",
                "event.converting.failure.handling.mode",
                "transforms",
                "transforms.route.type",
                "predicates",
                "converters",
                "table.exclude.list",
                "schema.include.list",
                "column.exclude.list",
                "message.key.columns",
                "field.name.adjustment.mode",
                "snapshot.fetch.size",
                "snapshot.include.collection.list",
                "snapshot.max.threads",
                "incremental.snapshot.chunk.size",
                "errors.max.retries",
                "internal.task.management.timeout.ms",
                "offset.storage"
            })
    void a_setting_that_would_lose_or_change_rows_is_refused_with_the_reason(String key) {
        assertThatThrownBy(() -> shard().connector(key, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + key + "' is not yours to set: ");
    }

    @Test
    void no_chunk_is_larger_than_a_fetch_or_a_table_would_be_skipped() {
        Properties properties = properties(shard().build());

        assertThat(Integer.parseInt(properties.getProperty("incremental.snapshot.chunk.size")))
                .isLessThanOrEqualTo(Integer.parseInt(properties.getProperty("snapshot.fetch.size", "10240")));
    }

    @Test
    void each_run_has_a_prefix_of_its_own() {
        PostgresShard shard = shard().build();

        assertThat(properties(shard).getProperty("topic.prefix"))
                .startsWith("cdc-shop-db0-")
                .isNotEqualTo(properties(shard).getProperty("topic.prefix"));
    }

    @Test
    void table_names_are_taken_literally() {
        Properties properties = properties(shard().build(), captured("s.a$b,c"));

        assertThat(properties)
                .containsEntry("table.include.list", "s\\.a\\x{24}b\\x{2c}c")
                .containsEntry("column.include.list", "s\\.a\\x{24}b\\x{2c}c\\.id");
    }

    @Test
    void all_columns_are_read_of_a_table_whose_rows_are_known_by_another_index_than_its_primary_key() {
        TableName table = TableName.parse("public.orders");
        CapturedTables byIndex =
                new CapturedTables(Map.of(table, Set.of("code")), Set.of(), Map.of(table, Set.of("code")), Map.of());

        assertThat(properties(shard().build(), byIndex))
                .containsEntry("column.include.list", "public\\.orders\\..*")
                .containsEntry("message.key.columns", "public\\.orders:code");
    }

    @Test
    void the_password_is_in_no_text() {
        PostgresShard shard = shard().build();

        assertThat(shard.toString()).doesNotContain("s3cret");
        assertThat(shard()).asString().doesNotContain("s3cret");
        assertThat(ShardNames.of("shop", shard).toString()).doesNotContain("s3cret");
        assertThat(properties(shard)).containsEntry("database.password", "s3cret-pässword");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set datestyle = 'German'",
                "set x = 1; SET SESSION DateStyle TO sql",
                "set client_encoding = 'latin1'",
                "set names 'latin1'"
            })
    void a_statement_after_which_the_driver_would_close_the_connection_is_refused(String statements) {
        assertThatThrownBy(() -> shard().connector("database.initial.statements", statements))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'database.initial.statements'", "DateStyle", "leave it out");
    }
}
