package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs signals")
class ForkedJvmTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int KILLED = 137;

    /** Counts to the number given, and through a crash point each time; for ever without a number. */
    static final class CountingMain {

        public static void main(String[] args) throws InterruptedException {
            System.out.println("greeting " + System.getProperty("greeting"));
            System.err.println("to standard error");
            long end = args.length == 0 ? Long.MAX_VALUE : Long.parseLong(args[0]);
            for (long count = 1; count <= end; count++) {
                System.out.println("before " + count);
                CrashPoint.reached("step");
                System.out.println("after " + count);
                TimeUnit.MILLISECONDS.sleep(1);
            }
            System.exit(3);
        }
    }

    @Test
    void captures_both_outputs_and_the_exit_code() {
        try (ForkedJvm jvm = counting().args("2").property("greeting", "hello").start()) {
            assertThat(jvm.awaitExit(SOON)).isEqualTo(3);

            assertThat(jvm.isAlive()).isFalse();
            assertThat(jvm.exitCode()).isEqualTo(3);
            assertThat(jvm.output())
                    .contains("to standard error")
                    .containsSubsequence("greeting hello", "before 1", "after 1", "before 2", "after 2");
        }
    }

    @Test
    void is_killed_where_the_crash_point_is_reached_for_the_nth_time() {
        try (ForkedJvm jvm = counting().crashAt("step", 3).start()) {
            assertThat(jvm.killAtCrashPoint(SOON)).isEqualTo("step");

            assertThat(jvm.exitCode()).isEqualTo(KILLED);
            assertThat(jvm.output()).contains("after 2", "before 3").doesNotContain("after 3");
        }
    }

    @Test
    void halts_by_itself_at_the_crash_point_if_told_so() {
        try (ForkedJvm jvm =
                counting().crashAt("step", 2).property("cdc.crash.mode", "halt").start()) {
            assertThat(jvm.awaitExit(SOON)).isEqualTo(KILLED);
            assertThat(jvm.output()).contains("before 2").doesNotContain("after 2");
        }
    }

    @Test
    void is_killed_at_random() {
        try (ForkedJvm jvm = counting().start()) {
            jvm.awaitLine("after 1", SOON);

            Duration delay = jvm.killAtRandom(new Random(7), Duration.ofMillis(1), Duration.ofMillis(50));

            assertThat(delay).isBetween(Duration.ofMillis(1), Duration.ofMillis(50));
            assertThat(jvm.isAlive()).isFalse();
            assertThat(jvm.exitCode()).isEqualTo(KILLED);
        }
    }

    @Test
    void stands_still_while_paused_and_goes_on_when_resumed() {
        try (ForkedJvm jvm = counting().start()) {
            jvm.awaitLine("after 1", SOON);

            jvm.pause();
            await().pollInterval(Duration.ofMillis(100)).until(() -> !printsWithin(jvm, Duration.ofMillis(100)));
            assertThat(jvm.isAlive()).isTrue();

            jvm.resume();
            await().until(() -> printsWithin(jvm, Duration.ofMillis(100)));
        }
    }

    @Test
    void shows_its_last_output_when_it_ends_before_the_line_awaited() {
        try (ForkedJvm jvm = counting().args("1").start()) {
            assertThatThrownBy(() -> jvm.awaitLine("never printed", SOON))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("CountingMain")
                    .hasMessageContaining("'never printed'")
                    .hasMessageContaining("exit code 3")
                    .hasMessageContaining("after 1");
        }
    }

    @Test
    void rejects_a_crash_point_whose_name_cannot_be_passed_on() {
        assertThatThrownBy(() -> counting().crashAt("a,b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a,b");
    }

    private static ForkedJvmBuilder counting() {
        return ForkedJvm.of(CountingMain.class).heap("32m").fastStart();
    }

    private static boolean printsWithin(ForkedJvm jvm, Duration time) {
        int seen = jvm.output().size();
        int[] line = {0};
        try {
            jvm.awaitLine(any -> ++line[0] > seen, time);
            return true;
        } catch (IllegalStateException nothingPrinted) {
            return false;
        }
    }
}
