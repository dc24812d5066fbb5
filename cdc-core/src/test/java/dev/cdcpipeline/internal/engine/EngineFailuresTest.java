package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import io.debezium.DebeziumException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineFailuresTest {
    @Test
    void exceptions_that_cause_each_other_are_not_followed_for_ever() {
        RuntimeException first = new RuntimeException("first");
        RuntimeException second = new RuntimeException("second", first);
        first.initCause(second);

        assertThat(EngineFailures.isAlteredDuringLoad(first)).isFalse();
    }

    @Test
    void our_own_exception_is_found_inside_what_debezium_reports() {
        FencedException ours = new FencedException("[db0] epoch 4 was here");

        assertThat(EngineFailures.ours(new DebeziumException("stopped", ours))).isSameAs(ours);
        assertThat(EngineFailures.ours(ours)).isSameAs(ours);
    }

    @Test
    void what_is_not_ours_is_told_with_its_cause() {
        DebeziumException theirs = new DebeziumException("slot is active");

        assertThat(EngineFailures.ours(theirs))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("slot is active")
                .hasCause(theirs);
    }

    @Test
    void what_passes_by_itself_is_tried_again_and_what_does_not_is_final() {
        assertThat(EngineFailures.isFinal(new TransientFailure("connection lost", new RuntimeException())))
                .isFalse();
        assertThat(EngineFailures.isFinal(new CdcException("anything"))).isFalse();
        assertThat(EngineFailures.isFinal(new FencedException("epoch 4 was here")))
                .isTrue();
        assertThat(EngineFailures.isFinal(new OutOfMemoryError())).isTrue();
    }

    @Test
    void a_gap_is_final_and_a_slot_that_is_still_in_use_is_not() {
        assertThat(EngineFailures.isFinal(preflight(FindingKind.SLOT_MISSING))).isTrue();
        assertThat(EngineFailures.isFinal(preflight(FindingKind.SLOT_ACTIVE))).isFalse();
    }

    private static PreflightException preflight(FindingKind kind) {
        return new PreflightException("db0", List.of(Finding.of(kind, "db0", "found", "remedy")));
    }
}
