package dev.cdcpipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Records;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.UntouchedStore;
import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CdcPipelineBuilderTest {

    private static PostgresShard shard(String name) {
        return PostgresShard.named(name)
                .host("host.invalid")
                .database("d")
                .user("u")
                .password("s3cret")
                .build();
    }

    private static MemoryTarget target(String name) {
        return new MemoryTarget(name, Records.ORDERS);
    }

    private static CdcPipelineBuilder complete() {
        return CdcPipeline.builder()
                .name("shop")
                .offsets(new UntouchedStore())
                .shard(shard("db0"))
                .target(target("t"));
    }

    @Test
    void all_that_is_missing_is_named_at_once() {
        assertThatThrownBy(() -> CdcPipeline.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the pipeline cannot be built: name(...) is missing; offsets(...) is missing;"
                        + " there is no shard(...); there is no target(...)");
    }

    @Test
    void what_is_there_twice_and_what_projects_nothing_is_named() {
        assertThatThrownBy(() -> complete()
                        .shard(shard("db0"))
                        .target(target("t"))
                        .target(new MemoryTarget("empty"))
                        .build())
                .hasMessageContainingAll(
                        "shard 'db0' is there twice", "target 't' is there twice", "target 'empty' has no projection");
    }

    @Test
    void two_shards_with_one_slot_of_one_server_are_refused() {
        CdcPipelineBuilder builder = complete()
                .shard(PostgresShard.named("db1")
                        .host("HOST.invalid")
                        .database("d")
                        .user("u")
                        .password("s3cret")
                        .slot("cdc_shop_db0")
                        .build());

        assertThatThrownBy(builder::build)
                .hasMessageContaining("shards 'db0' and 'db1' have one slot 'cdc_shop_db0' on host.invalid:5432;"
                        + " name another with slot(...)");
    }

    @Test
    void building_and_closing_touches_nothing_and_starts_no_thread() {
        int before = Thread.activeCount();

        try (CdcPipeline pipeline = complete().shard(shard("db1")).build()) {
            assertThat(pipeline.status().shard("db1").state()).isEqualTo(ShardState.CREATED);
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(before);
            assertThat(pipeline.status().toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void a_pipeline_that_was_closed_cannot_be_started_and_closes_again() {
        CdcPipeline pipeline = complete().build();
        pipeline.close();
        pipeline.close();

        assertThat(pipeline.status().shard("db0").state()).isEqualTo(ShardState.STOPPED);
        assertThatThrownBy(pipeline::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("'shop'", "closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Shop", "1shop", "shop!", "a.b", "aaaaaaaaaabbbbbbbbbbccccccccc"})
    void a_name_that_would_not_fit_into_a_slot_name_is_refused(String name) {
        assertThatThrownBy(() -> CdcPipeline.builder().name(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void the_longest_name_is_taken() {
        assertThat(complete().name("p".repeat(28)).build().status().pipeline()).hasSize(28);
    }

    @Test
    void numbers_out_of_range_are_refused_with_the_range() {
        assertThatThrownBy(() -> complete().batchSize(0)).hasMessage("batchSize must be in 1 to 100000, got 0");
        assertThatThrownBy(() -> complete().batchSize(100_001)).hasMessageContaining("got 100001");
        assertThatThrownBy(() -> complete().maxTransactionRows(0)).hasMessageContaining("1 to 10000000");
        assertThatThrownBy(() -> complete().shutdownTimeout(Duration.ofMillis(999)))
                .hasMessageContaining("PT0.999S");
        assertThatThrownBy(() -> complete().shutdownTimeout(Duration.ofMinutes(11)))
                .hasMessageContaining("PT11M");
    }
}
