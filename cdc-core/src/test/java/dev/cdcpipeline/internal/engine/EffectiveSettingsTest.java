package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.shard.GapPolicy;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectiveSettingsTest {

    @Test
    void one_line_tells_what_is_in_force_and_no_secret() {
        PostgresShard shard = PostgresShard.named("db0")
                .host("db0.internal")
                .database("shop")
                .user("cdc")
                .password("s3cret")
                .gapPolicy(GapPolicy.RELOAD)
                .stopRetainedWal(1L << 30)
                .connector("database.sslpassword", "als0-s3cret")
                .connector("poll.interval.ms", "5")
                .build();

        String line = new EffectiveSettings(EnginePropertiesTest.settings(), List.of(shard)).toString();

        assertThat(line)
                .contains(
                        "batchSize=2048",
                        "leaseTime=PT15S",
                        "cdc@db0.internal:5432/shop",
                        "slot=cdc_shop_db0",
                        "gapPolicy=RELOAD",
                        "stopRetainedWal=1073741824",
                        "poll.interval.ms=5",
                        "database.sslpassword=***")
                .doesNotContain("s3cret")
                .doesNotContain("\n");
    }
}
