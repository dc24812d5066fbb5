package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.shard.ShardId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GapMemoryTest {
    private static final ShardId DB0 = new ShardId("db0");
    private static final Epoch FIRST = new Epoch(1);
    private static final Epoch LATER = new Epoch(3);
    private static final Finding GAP = Finding.of(FindingKind.PUBLICATION_GAP, "db0", "lost", "load anew");
    private static final Finding AHEAD = Finding.of(FindingKind.SLOT_AHEAD, "db0", "read by another", "load anew");

    private final HomeMemory home = new HomeMemory();
    private final SlotRecord slot = made(100);
    private GapMemory gaps = memory();

    GapMemoryTest() {
        home.slot = slot;
    }

    private GapMemory memory() {
        return new GapMemory(home, "bench", DB0);
    }

    private static SlotRecord made(long lsn) {
        return SlotRecord.creating("cdc_bench_db0", "42", 1).created("b" + lsn, Position.boundary(lsn));
    }

    /** What a preparation is told, which then decides. */
    private Optional<FindingKind> prepare(Epoch epoch) throws InterruptedException {
        gaps.held();
        try {
            Optional<FindingKind> standing = gaps.standing(epoch).map(Finding::kind);
            gaps.judged();
            return standing;
        } finally {
            gaps.released();
        }
    }

    @Test
    void a_gap_is_stored_when_it_is_seen_and_stands_for_every_later_process() throws InterruptedException {
        gaps.note(GAP, slot, Optional.of(FIRST));
        assertThat(home.slot).isEqualTo(slot.withGap(GAP, 0));

        assertThat(prepare(FIRST)).contains(FindingKind.PUBLICATION_GAP);
        assertThat(gaps.open()).as("it was dealt with here").isEmpty();
        home.epoch = LATER;
        gaps = memory();
        assertThat(prepare(LATER)).contains(FindingKind.PUBLICATION_GAP);
        assertThat(prepare(LATER)).contains(FindingKind.PUBLICATION_GAP);
    }

    @Test
    void only_a_restart_that_is_asked_for_after_it_was_stored_says_that_it_was_seen_to() throws InterruptedException {
        home.restart("bench", DB0);
        gaps.note(GAP, slot, Optional.of(FIRST));
        assertThat(prepare(FIRST)).isPresent();

        home.restart("bench", DB0);
        assertThat(prepare(FIRST)).isEmpty();
        assertThat(home.slot).isEqualTo(slot);
        gaps.note(GAP, slot, Optional.of(FIRST));
        assertThat(prepare(FIRST)).as("a new one").isPresent();
    }

    @Test
    void without_the_home_database_it_is_kept_and_no_preparation_goes_past_it() throws InterruptedException {
        home.away = true;
        gaps.note(GAP, slot, Optional.of(FIRST));
        assertThatThrownBy(() -> prepare(FIRST)).isInstanceOf(TransientFailure.class);
        assertThat(gaps.open()).contains(GAP);

        home.away = false;
        assertThat(prepare(FIRST)).contains(FindingKind.PUBLICATION_GAP);
        assertThat(home.slot).isEqualTo(slot.withGap(GAP, 0));
    }

    @Test
    void what_was_kept_is_stored_as_soon_as_the_home_database_is_back() {
        home.away = true;
        gaps.note(GAP, slot, Optional.of(FIRST));
        home.away = false;

        assertThat(gaps.open()).as("no preparation has looked at it").contains(GAP);
        assertThat(home.slot).isEqualTo(slot.withGap(GAP, 0));
    }

    @Test
    void a_lease_that_was_lost_meanwhile_does_not_make_it_good() throws InterruptedException {
        home.epoch = LATER;
        gaps.note(GAP, slot, Optional.of(FIRST));
        assertThat(home.slot).isEqualTo(slot);
        assertThatThrownBy(() -> prepare(FIRST)).isInstanceOf(FencedException.class);

        assertThat(prepare(LATER)).contains(FindingKind.PUBLICATION_GAP);
    }

    @Test
    void a_restart_that_is_asked_for_under_another_owner_counts() throws InterruptedException {
        home.epoch = LATER;
        gaps.note(GAP, slot, Optional.of(FIRST));
        home.restart("bench", DB0);

        assertThat(prepare(LATER)).isEmpty();
    }

    @Test
    void a_slot_that_was_made_anew_since_makes_it_good() throws InterruptedException {
        home.away = true;
        gaps.note(GAP, slot, Optional.of(FIRST));
        home.away = false;
        home.slot = made(200);

        assertThat(prepare(FIRST)).isEmpty();
        assertThat(gaps.open()).isEmpty();
        assertThat(home.slot).isEqualTo(made(200));
    }

    @Test
    void a_shard_that_was_dropped_has_no_gap() throws InterruptedException {
        gaps.note(GAP, slot, Optional.of(FIRST));
        home.slot = null;

        assertThat(prepare(FIRST)).isEmpty();
    }

    @Test
    void what_leaves_a_trace_is_not_stored_and_is_told_once_to_the_owner_who_saw_it() throws InterruptedException {
        gaps.note(AHEAD, slot, Optional.of(FIRST));
        assertThat(home.slot).isEqualTo(slot);
        assertThat(prepare(FIRST)).contains(FindingKind.SLOT_AHEAD);
        assertThat(prepare(FIRST)).isEmpty();

        gaps.note(AHEAD, slot, Optional.of(FIRST));
        home.epoch = LATER;
        assertThat(prepare(LATER)).as("another owner may have read the slot").isEmpty();
    }

    @Test
    void nothing_is_written_under_a_preparation_and_nothing_seen_meanwhile_is_forgotten() throws Exception {
        gaps.held();
        try {
            assertThat(gaps.standing(FIRST)).isEmpty();
            Thread watch = new Thread(() -> gaps.note(GAP, slot, Optional.of(FIRST)));
            watch.start();
            watch.join();
            gaps.judged();
            assertThat(home.slot).isEqualTo(slot);
        } finally {
            gaps.released();
        }
        assertThat(gaps.open()).contains(GAP);
        assertThat(home.slot).isEqualTo(slot.withGap(GAP, 0));
    }

    @Test
    void a_preparation_stores_what_it_finds_itself() throws InterruptedException {
        gaps.held();
        assertThat(gaps.standing(FIRST)).isEmpty();
        gaps.found(AHEAD, FIRST);
        gaps.found(GAP, FIRST);
        gaps.judged();
        gaps.released();

        assertThat(home.slot).isEqualTo(slot.withGap(GAP, 0));
        assertThat(gaps.open()).isEmpty();
    }

    @Test
    void a_preparation_that_loses_the_home_database_keeps_what_it_finds() throws InterruptedException {
        gaps.held();
        assertThat(gaps.standing(FIRST)).isEmpty();
        home.away = true;
        gaps.found(GAP, FIRST);
        gaps.judged();
        gaps.released();
        home.away = false;

        assertThat(gaps.open()).contains(GAP);
        assertThat(home.slot).isEqualTo(slot.withGap(GAP, 0));
        assertThat(prepare(FIRST)).isPresent();
    }
}
