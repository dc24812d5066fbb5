package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.mirror.MirrorMain;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine stands still with a batch in its hands, is taken for dead, and then goes on as if nothing had been. */
@Tag("alone")
class RedisFenceIT {

    @Test
    void an_owner_that_was_paused_before_a_write_brings_back_nothing_after_another_took_over(@TempDir Path directory)
            throws IOException {
        Path stand = directory.resolve("stand");
        try (PostgresSource source = PostgresSource.builder()
                        .setting("wal_sender_timeout", "2s")
                        .start();
                RedisServer redis = RedisServer.start();
                Shop shop = new Shop(source, redis).lease(3000);
                ForkedJvm owner =
                        shop.jvm().property("shop.stand", stand.toString()).start()) {
            shop.source().execute("insert into orders select i, 'c', 'new', i, null from generate_series(1, 20) i");
            shop.awaitEqual();
            try (ForkedJvm standby = shop.jvm().start()) {
                standby.awaitLine("-> STANDBY", Shop.PATIENCE);
                Files.createFile(stand);
                shop.source()
                        .execute("begin; insert into orders values (100, 'old', 'old', 1, null);"
                                + " update orders set customer = 'old', total = 1000; commit");
                owner.awaitLine(MirrorMain.STANDING, Shop.PATIENCE);

                owner.pause();
                shop.source()
                        .execute("begin; delete from orders where id = 100 or id % 2 = 0;"
                                + " update orders set customer = 'new', total = 2000; commit");
                shop.awaitEqual();
                String sequence = sequence(redis);
                owner.resume();

                assertThat(owner.awaitLine("-> STANDBY", Shop.PATIENCE))
                        .as("what the old owner says")
                        .contains(Long.toString(standby.pid()));
                shop.awaitEqual();
                assertThat(shop.content()).containsKey("order:1").doesNotContainKeys("order:100", "orders-of:old");
                assertThat(sequence(redis)).as("writes go on").isNotEqualTo(sequence);

                standby.kill9();
                shop.source().execute("delete from orders where id = 1");
                shop.awaitEqual();
            }
        }
    }

    private static String sequence(RedisServer redis) {
        return String.valueOf(redis.command("HGET", "cdc:shop:cache", "sequence:db0"));
    }
}
