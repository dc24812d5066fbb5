package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.shard.PostgresShard;
import org.junit.jupiter.api.Test;

class ShardNamesTest {

    private static ShardNames names(String pipeline, String shard) {
        return ShardNames.of(
                pipeline,
                PostgresShard.named(shard)
                        .host("h")
                        .database("d")
                        .user("u")
                        .password("p")
                        .build());
    }

    @Test
    void the_slot_is_named_after_pipeline_and_shard_in_what_postgresql_allows() {
        assertThat(names("my-shop", "db0").slot()).isEqualTo("cdc_my_shop_db0");
        assertThat(names("my-shop", "db0").publication()).isEqualTo("cdc_my_shop_db0");
    }

    @Test
    void the_longest_names_still_make_a_slot_name() {
        assertThat(names("p".repeat(28), "s".repeat(30)).slot()).hasSizeLessThanOrEqualTo(63);
        assertThat(names("p".repeat(28), "s".repeat(30)).publication()).hasSizeLessThanOrEqualTo(63);
    }
}
