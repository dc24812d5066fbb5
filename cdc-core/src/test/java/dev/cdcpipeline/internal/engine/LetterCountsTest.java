package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Records;
import dev.cdcpipeline.internal.dispatch.RowChange;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.monitor.LetterEvent;
import dev.cdcpipeline.monitor.ParkingCounters;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.target.ParkingListener;
import dev.cdcpipeline.target.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LetterCountsTest {
    private static final RowChange CHANGE = Records.change(Records.ORDERS, Operation.UPDATE, 7, 1, "1", "x", 10);

    private final List<String> heard = new ArrayList<>();
    private final LetterCounts counts = new LetterCounts("db0", new PipelineListener() {
        @Override
        public void parked(String shard, String target, NewLetter letter) {
            heard.add("parked " + shard + " " + target + " " + letter.projection());
        }

        @Override
        public void discarded(LetterEvent letter, String reason) {
            heard.add("discarded " + letter.operation() + " " + reason);
        }

        @Override
        public void replayed(LetterEvent letter) {
            heard.add("replayed " + letter.projection());
            throw new IllegalStateException("the listener's own trouble");
        }

        @Override
        public void failedAgain(LetterEvent letter) {
            heard.add("failed again " + letter.shard());
        }

        @Override
        public void cut(String shard, String target, String projection, long letters) {
            heard.add("cut " + letters);
        }
    });
    private final Target target = new MemoryTarget("t", Records.ORDERS);
    private final ParkingListener session = counts.listener(target);

    @Test
    void what_becomes_of_letters_is_counted_by_projection_and_told() {
        session.stored(letter(Optional.empty()));
        session.stored(letter(Optional.of("legacy")));
        session.replayed("p", Operation.UPDATE);
        session.failedAgain("p", Operation.DELETE);
        session.discarded("p", Operation.UPDATE, "by ann");
        session.cut("p", 5);

        ParkingCounters p = counts.status().counters().get("t").get("p");
        assertThat(p.parked()).containsEntry(Operation.UPDATE, 1L);
        assertThat(p.discarded()).containsEntry(Operation.UPDATE, 2L);
        assertThat(p.replayed()).containsEntry(Operation.UPDATE, 1L).containsEntry(Operation.CREATE, 0L);
        assertThat(p.failedAgain()).containsEntry(Operation.DELETE, 1L);
        assertThat(p.cut()).isEqualTo(5);
        assertThat(heard)
                .containsExactly(
                        "parked db0 t p",
                        "discarded UPDATE legacy",
                        "replayed p",
                        "failed again db0",
                        "discarded UPDATE by ann",
                        "cut 5");
    }

    @Test
    void projections_are_known_at_zero_before_anything_fails() {
        counts.expect(target);

        assertThat(counts.status().open()).isEqualTo(Map.of("t", Map.of("t", 0L)));
        assertThat(counts.status().counters().get("t").get("t").parked().values())
                .containsOnly(0L);
        assertThat(counts.status().openTotal()).isZero();
    }

    @Test
    void what_is_parked_is_what_the_session_says_after_each_batch_and_each_replay() {
        FakeParking parking = new FakeParking();
        Session of = new Session(target, parking);
        parking.parked = Map.of("p", 7L);
        counts.opened(of);
        assertThat(counts.open()).isEqualTo(7);

        parking.parked = Map.of("p", 6L);
        session.replayed("p", Operation.UPDATE);
        assertThat(counts.status().openTotal()).isEqualTo(6);

        parking.parked = Map.of();
        counts.applied(of);
        assertThat(counts.open()).isZero();
        assertThat(counts.status().open()).isEqualTo(Map.of("t", Map.of("p", 0L)));
    }

    private static NewLetter letter(Optional<String> discarded) {
        return new NewLetter(
                "p", LetterChange.of(CHANGE), LetterKeys.of(CHANGE), 1, Optional.empty(), Instant.EPOCH, discarded);
    }
}
