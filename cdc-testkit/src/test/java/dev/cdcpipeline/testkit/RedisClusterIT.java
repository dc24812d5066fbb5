package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisClusterIT {

    private static RedisCluster cluster;

    @BeforeAll
    static void startCluster() {
        cluster = RedisCluster.start(node -> node.password("secret"));
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @Test
    void has_a_replica_take_over_from_a_killed_master() {
        RedisServer master = cluster.masterOf("order:1");
        master.command("SET", "order:1", "kept");
        assertThat(master.command("WAIT", "1", "5000")).isEqualTo(1L);

        RedisServer killed = cluster.killMasterOf("order:1");
        assertThat(killed).isSameAs(master);
        cluster.awaitOk();

        RedisServer successor = cluster.masterOf("order:1");
        assertThat(successor).isNotSameAs(master);
        assertThat(successor.command("GET", "order:1")).isEqualTo("kept");

        killed.restart();
        cluster.awaitOk();
        assertThat(cluster.masterOf("order:1")).isSameAs(successor);
    }

    @Test
    void moves_a_slot_key_by_key() {
        int slot = cluster.slotOf("{a}");
        RedisServer from = cluster.masterOf(slot);
        for (int i = 0; i < 5; i++) {
            from.command("SET", "{a}" + i, "value");
        }
        AtomicInteger calls = new AtomicInteger();

        cluster.migrateSlot(slot, () -> {
            if (calls.incrementAndGet() == 2) {
                assertThatThrownBy(() -> from.command("MGET", "{a}0", "{a}1", "{a}2", "{a}3", "{a}4"))
                        .as("one of them has left")
                        .hasMessageContaining("TRYAGAIN");
                assertThatThrownBy(() -> from.command("GET", "{a}new")).hasMessageContaining("ASK " + slot);
            }
        });

        assertThat(calls).hasValue(6);
        RedisServer to = cluster.masterOf(slot);
        assertThat(to).isNotSameAs(from);
        assertThat(to.command("MGET", "{a}0", "{a}4")).isEqualTo(List.of("value", "value"));
        assertThatThrownBy(() -> from.command("GET", "{a}0")).hasMessageContaining("MOVED " + slot);
        cluster.awaitOk();
    }
}
