package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.ForkedJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A replay whose process is killed at its steps, while more changes of the same rows come: every change is applied once, in
 * the order of its row.
 */
abstract class ReplayCrashes {
    private static final int CHANGES = 4;
    private static final TableName A = TableName.parse("public.a");

    private final int keys;
    private final int stride;

    /**
     * @param stride 1 to kill it at each step, 2 at every second one
     */
    ReplayCrashes(int keys, int stride) {
        this.keys = keys;
        this.stride = stride;
    }

    @Test
    void a_replay_that_is_killed_at_its_steps_in_turn_loses_nothing_and_applies_nothing_twice() {
        try (Mirror mirror = new Mirror().with("steps", 1)) {
            mirror.source().execute("insert into a select i, 'loaded', 0 from generate_series(1, " + keys + ") i");
            mirror.startLoaded();
            park(mirror);
            mirror.kill9();
            mirror.readModel().execute("alter table applied drop constraint no_poison");
            ControlStore control =
                    JdbcOffsets.in(mirror.readModel().dataSource()).control();
            List<LetterOrder> orders = orders();
            orders.forEach(order -> control.requestLetters("mirror", List.of(order)));

            int number = CHANGES;
            int kills = 0;
            while (isKilledAtStep(mirror, control, kills * stride + 1)) {
                kills++;
                number++;
                mirror.source().execute("update a set n = " + number + " where id = " + (kills % keys + 1));
                assertThat(kills).as("kills").isLessThan(200);
            }

            System.out.println("a replay was killed at " + kills + " steps");
            mirror.awaitApplied();
            replayRest(mirror, control);
            assertThat(kills).as("kills").isGreaterThan(keys * 2);
            assertThat(mirror.readModel().queryLong("select count(*) from cdc_dead_letter"))
                    .as("letters that are left")
                    .isZero();
            mirror.assertNothingAppliedTwice();
            mirror.assertViewsEqualSources();
            assertInOrder(mirror, number, kills);
        }
    }

    /** Each row has a change that the log refuses, and others behind it. */
    private void park(Mirror mirror) {
        mirror.awaitApplied();
        mirror.readModel().execute("alter table applied add constraint no_poison check (val <> 'poison')");
        for (int n = 1; n <= CHANGES; n++) {
            mirror.source().execute("update a set val = '" + (n == 1 ? "poison" : "mended") + "', n = " + n);
        }
        mirror.awaitApplied();
        assertThat(mirror.readModel().queryLong("select count(*) from cdc_dead_letter where state = 'PARKED'"))
                .isEqualTo(keys * CHANGES);
    }

    private List<LetterOrder> orders() {
        List<LetterOrder> orders = new ArrayList<>();
        for (int key = 1; key <= keys; key++) {
            DeadLetterFilter filter = DeadLetterFilter.all().target("mirror").key(A, Integer.toString(key));
            orders.add(LetterOrder.requested("row " + key, "db0", filter, LetterOrder.Action.REPLAY, ""));
        }
        return orders;
    }

    /** Starts a process that stands still at its nth step, and kills it there; false if its work is done before. */
    private static boolean isKilledAtStep(Mirror mirror, ControlStore control, int step) {
        ForkedJvm jvm = mirror.start(process -> process.crashAt(MirrorMain.STEP, step));
        await().atMost(Mirror.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> stands(jvm)
                        || control.openLetterOrders("mirror", new ShardId("db0"))
                                .isEmpty());
        if (stands(jvm)) {
            jvm.kill9();
            return true;
        }
        jvm.kill9();
        mirror.start();
        return false;
    }

    private static boolean stands(ForkedJvm jvm) {
        return jvm.output().stream().anyMatch(line -> line.contains("cdc-crash-point reached"));
    }

    /** What came behind letters that were left when the last order ended. */
    private static void replayRest(Mirror mirror, ControlStore control) {
        DeadLetterFilter all = DeadLetterFilter.all().target("mirror");
        control.requestLetters(
                "mirror", List.of(LetterOrder.requested("rest", "db0", all, LetterOrder.Action.REPLAY, "")));
        await().atMost(Mirror.PATIENCE)
                .until(() ->
                        control.openLetterOrders("mirror", new ShardId("db0")).isEmpty());
    }

    private void assertInOrder(Mirror mirror, int last, int kills) {
        for (int key = 1; key <= keys; key++) {
            int row = key;
            List<String> expected = new ArrayList<>(IntStream.rangeClosed(1, CHANGES)
                    .mapToObj(Integer::toString)
                    .toList());
            IntStream.rangeClosed(CHANGES + 1, last)
                    .filter(n -> (n - CHANGES) % keys + 1 == row)
                    .mapToObj(Integer::toString)
                    .forEach(expected::add);
            assertThat(mirror.readModel()
                            .queryStrings("select n::text from applied where id = " + key + " order by seq"))
                    .as("changes of row " + key + " after " + kills + " kills")
                    .containsExactlyElementsOf(expected);
        }
    }
}
