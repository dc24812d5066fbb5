package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardHealth;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class HealthRuleTest {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration DOUBT = Duration.ofSeconds(5);
    private static final Duration DESPAIR = Duration.ofSeconds(30);
    private static final Finding FINDING =
            Finding.of(FindingKind.RETAINED_WAL, "db0", "the slot holds back 9 GB", "look at it");

    private final HealthRule rule = new HealthRule("db0", DOUBT, DESPAIR);

    @ParameterizedTest
    @EnumSource(names = {"STREAMING", "LOADING"})
    void a_shard_whose_offset_moves_is_up(ShardState state) {
        assertThat(judge(state, FRESH, null).status()).isEqualTo(HealthStatus.UP);
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAMING", "LOADING", "RETRYING"})
    void a_shard_whose_offset_stands_still_is_not_up_whatever_its_state_says(ShardState state) {
        assertThat(judge(state, DOUBT.minusMillis(1), null).status()).isNotEqualTo(HealthStatus.DOWN);
        assertThat(judge(state, DOUBT, null).status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(judge(state, DESPAIR.minusMillis(1), null).status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(judge(state, DESPAIR, "no route to host"))
                .isEqualTo(new ShardHealth(
                        "db0", HealthStatus.DOWN, "the offset has not moved for 30 s: no route to host"));
    }

    @Test
    void a_shard_that_tries_again_is_degraded_and_says_why() {
        assertThat(judge(ShardState.RETRYING, FRESH, "deadlock"))
                .isEqualTo(new ShardHealth("db0", HealthStatus.DEGRADED, "trying again: deadlock"));
    }

    @Test
    void a_shard_whose_target_is_away_is_degraded_however_long_because_nobody_has_to_restart_anything() {
        assertThat(rule.judge(ShardState.RETRYING, "", DESPAIR, "connection refused", List.of(), 0, true))
                .isEqualTo(new ShardHealth(
                        "db0",
                        HealthStatus.DEGRADED,
                        "trying a target again, without a move for 30 s: connection refused"));
    }

    @Test
    void a_finding_at_the_source_degrades_a_shard_that_streams_and_says_what_to_do() {
        ShardHealth health = rule.judge(ShardState.STREAMING, "", FRESH, null, List.of(FINDING), 0, false);

        assertThat(health.status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(health.reason()).isEqualTo("the slot holds back 9 GB; look at it");
    }

    @Test
    void a_shard_with_parked_changes_is_degraded_and_says_how_many() {
        assertThat(rule.judge(ShardState.STREAMING, "", FRESH, null, List.of(), 1, false))
                .isEqualTo(new ShardHealth("db0", HealthStatus.DEGRADED, "1 change is parked"));
        assertThat(rule.judge(ShardState.LOADING, "", FRESH, null, List.of(), 12, false)
                        .reason())
                .isEqualTo("12 changes are parked");
        assertThat(rule.judge(ShardState.PAUSED, "by ann", FRESH, null, List.of(), 1, false)
                        .status())
                .isEqualTo(HealthStatus.UP);
    }

    @Test
    void an_old_offset_weighs_more_than_a_finding() {
        assertThat(rule.judge(ShardState.STREAMING, "", DESPAIR, null, List.of(FINDING), 0, false)
                        .status())
                .isEqualTo(HealthStatus.DOWN);
    }

    @ParameterizedTest
    @EnumSource(names = {"STANDBY", "PAUSED"})
    void a_shard_that_rightly_does_nothing_is_up_however_old_its_offset(ShardState state) {
        assertThat(rule.judge(state, "by ann", DESPAIR.multipliedBy(9), null, List.of(), 0, false))
                .isEqualTo(new ShardHealth("db0", HealthStatus.UP, "by ann"));
    }

    @Test
    void a_standby_that_cannot_ask_for_the_lease_is_degraded() {
        assertThat(rule.judge(ShardState.STANDBY, "waits", FRESH, "home is away", List.of(), 0, false))
                .isEqualTo(new ShardHealth("db0", HealthStatus.DEGRADED, "waits: home is away"));
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATED", "STARTING"})
    void a_start_that_takes_too_long_is_down(ShardState state) {
        assertThat(judge(state, FRESH, null).status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(judge(state, DESPAIR, null).status()).isEqualTo(HealthStatus.DOWN);
    }

    @Test
    void a_start_says_what_keeps_it_or_else_what_was_found() {
        assertThat(rule.judge(ShardState.STARTING, "", FRESH, null, List.of(FINDING), 0, false))
                .isEqualTo(new ShardHealth(
                        "db0", HealthStatus.DEGRADED, "starting: the slot holds back 9 GB; look at it"));
        assertThat(rule.judge(ShardState.STARTING, "", FRESH, "no route to host", List.of(FINDING), 0, false)
                        .reason())
                .isEqualTo("starting: no route to host");
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "STOPPING", "STOPPED"})
    void a_shard_that_has_ended_is_down(ShardState state) {
        assertThat(judge(state, FRESH, "the error").status()).isEqualTo(HealthStatus.DOWN);
    }

    @Test
    void a_failed_shard_says_its_error() {
        assertThat(judge(ShardState.FAILED, FRESH, "refused a batch").reason()).isEqualTo("refused a batch");
        assertThat(rule.judge(ShardState.FAILED, "gave up", FRESH, null, List.of(), 0, false)
                        .reason())
                .isEqualTo("gave up");
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"STREAMING", "LOADING", "STANDBY", "PAUSED"})
    void only_a_shard_that_streams_or_rightly_rests_is_up(ShardState state) {
        assertThat(judge(state, FRESH, null).status()).isNotEqualTo(HealthStatus.UP);
    }

    private ShardHealth judge(ShardState state, Duration offsetAge, @Nullable String error) {
        return rule.judge(state, "", offsetAge, error, List.of(), 0, false);
    }
}
