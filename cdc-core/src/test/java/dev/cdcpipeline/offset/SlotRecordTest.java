package dev.cdcpipeline.offset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import org.junit.jupiter.api.Test;

class SlotRecordTest {
    private static final SlotRecord CREATING = SlotRecord.creating("slot", "42", 1);
    private static final SlotRecord CREATED = CREATING.created("b", Position.boundary(100));
    private static final SlotRecord SNAPSHOT = SlotRecord.snapshot("slot", "42", 1);

    @Test
    void a_slot_stays_the_same_on_another_timeline_and_with_a_gap() {
        Finding gap = Finding.of(FindingKind.PUBLICATION_GAP, "db0", "lost", "load anew");

        assertThat(CREATED.isSameSlot(CREATED.on(2).withGap(gap, 1))).isTrue();
        assertThat(CREATED.on(2).withGap(gap, 1).isSameSlot(CREATED)).isTrue();
    }

    @Test
    void a_slot_that_is_made_anew_is_another_one() {
        assertThat(CREATED.isSameSlot(CREATING)).isFalse();
        assertThat(CREATED.isSameSlot(SNAPSHOT)).isFalse();
        assertThat(CREATED.isSameSlot(CREATING.created("b", Position.boundary(200))))
                .isFalse();
        assertThat(CREATED.isSameSlot(SlotRecord.creating("slot", "43", 1).created("b", Position.boundary(100))))
                .isFalse();
    }

    @Test
    void a_snapshot_that_ends_has_made_its_slot() {
        assertThat(SNAPSHOT.isSameSlot(SNAPSHOT)).isTrue();
        assertThat(SNAPSHOT.isSameSlot(SNAPSHOT.created("b", Position.boundary(100))))
                .isTrue();
        assertThat(SNAPSHOT.isSameSlot(CREATING)).isFalse();
    }
}
