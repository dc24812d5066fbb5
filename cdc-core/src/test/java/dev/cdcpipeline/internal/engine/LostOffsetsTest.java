package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.Severity;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What counts as lost. A slot was acknowledged up to 100. */
class LostOffsetsTest {
    private static final SlotRecord SLOT = SlotRecord.creating("slot", "7", 1)
            .created("10:1", Position.boundary(10))
            .repairing(Set.of("cache"));

    private static Offset at(Position position) {
        return new Offset("text", position, LoadState.none());
    }

    private static Offset at(long lsn) {
        return at(Position.boundary(lsn));
    }

    /** One that repairs itself. */
    private static Session cache(MemoryTarget stored) {
        return new Session(new Cache(stored), stored.open());
    }

    private static Session database(MemoryTarget stored) {
        return new Session(stored, stored.open());
    }

    private static MemoryTarget named(String name) {
        return new MemoryTarget(name);
    }

    private static LostOffsets look(Session... sessions) {
        return LostOffsets.of("db0", List.of(sessions), SLOT, at(100));
    }

    @Test
    void an_offset_that_is_gone_although_there_was_one_is_lost() {
        Session session = cache(named("cache"));
        LostOffsets lost = look(session);

        assertThat(lost.contains(session)).isTrue();
        assertThat(lost.acknowledged()).contains(at(100));
        Finding finding = lost.finding(session).orElseThrow();
        assertThat(finding.text())
                .contains("target 'cache' has lost its offset", "emptied", "its tables are loaded again");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void a_target_that_never_had_one_has_lost_nothing() {
        Session session = cache(named("new"));

        assertThat(look(session).contains(session)).isFalse();
        assertThat(look(session).acknowledged()).isEmpty();
    }

    @Test
    void an_offset_before_what_was_acknowledged_is_lost_and_the_finding_names_both_places() {
        Session session = cache(named("cache").stands(at(new Position(99, 120, 3))));
        Finding finding = look(session).finding(session).orElseThrow();

        assertThat(finding.message()).contains("target 'cache' stands at 0/63", "acknowledged up to 0/64");
        assertThat(finding.storedLsn()).contains("0/63");
        assertThat(finding.sourceLsn()).contains("0/64");
    }

    @Test
    void an_offset_that_the_stream_can_go_on_from_is_not_lost_however_old_it_is() {
        Session session = cache(named("cache").stands(at(100)));

        assertThat(look(session, database(named("db").stands(at(5_000)))).contains(session))
                .isFalse();
    }

    @Test
    void a_target_that_does_not_repair_itself_is_left_to_the_gap_policy() {
        Session session = database(named("cache"));
        Session older = database(named("db").stands(at(5)));

        assertThat(look(session, older)).isSameAs(LostOffsets.NONE);
    }

    @Test
    void a_reload_of_everything_that_was_interrupted_is_no_loss() {
        Session session = cache(named("cache").stands(at(OffsetSetup.NOWHERE)));

        assertThat(LostOffsets.of("db0", List.of(session), SLOT, at(10)).contains(session))
                .as("nobody has read the slot")
                .isFalse();
    }

    @Test
    void a_state_from_before_the_slot_was_read_is_lost() {
        Session session = cache(named("cache").stands(at(OffsetSetup.NOWHERE)));

        assertThat(look(session).contains(session)).isTrue();
    }

    private record Cache(MemoryTarget stored) implements Target {
        @Override
        public String name() {
            return stored.name();
        }

        @Override
        public boolean repairsItself() {
            return true;
        }

        @Override
        public Collection<SourceTable<?>> tables() {
            return stored.tables();
        }

        @Override
        public TargetSession open(TargetContext context) {
            return stored.open(context);
        }

        @Override
        public void forget(String pipeline, ShardId shard, Epoch epoch) {
            stored.forget(pipeline, shard, epoch);
        }
    }
}
