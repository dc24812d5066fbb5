package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.postgres.Lsn;
import dev.cdcpipeline.internal.postgres.SlotSetup;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The targets that repair themselves and whose data went back further than the slot does: the offset is gone, or lies before what
 * was acknowledged. Found once in a preparation. No such target decides from where the stream goes on, and none is a gap.
 */
final class LostOffsets {
    static final LostOffsets NONE = new LostOffsets(null, Map.of());

    private final @Nullable Offset acknowledged;
    private final Map<Session, Finding> lost;

    private LostOffsets(@Nullable Offset acknowledged, Map<Session, Finding> lost) {
        this.acknowledged = acknowledged;
        this.lost = lost;
    }

    /** Looks for them, where there is a slot that can be read. */
    static LostOffsets find(String shard, List<Session> sessions, SlotSetup slots) throws InterruptedException {
        Optional<SlotRecord> slot = slots.stored().filter(stored -> stored.phase() == SlotRecord.Phase.CREATED);
        if (slot.isEmpty() || sessions.stream().noneMatch(Session::repairsItself)) {
            return NONE;
        }
        slots.awaitInactive(); // an engine that is ending acknowledges until then
        return slots.acknowledged()
                .map(upTo -> of(shard, sessions, slot.get(), upTo))
                .orElse(NONE);
    }

    static LostOffsets of(String shard, List<Session> sessions, SlotRecord slot, Offset acknowledged) {
        Map<Session, Finding> lost = new HashMap<>();
        for (Session session : sessions) {
            if (session.repairsItself()) {
                finding(shard, session, slot, acknowledged).ifPresent(finding -> lost.put(session, finding));
            }
        }
        return lost.isEmpty() ? NONE : new LostOffsets(acknowledged, lost);
    }

    private static Optional<Finding> finding(String shard, Session session, SlotRecord slot, Offset acknowledged) {
        Optional<Offset> stored = session.target().offset();
        if (stored.isEmpty()) {
            return slot.repairing().contains(session.name())
                    ? Optional.of(TargetRepairs.emptied(shard, session.name()))
                    : Optional.empty();
        }
        long stands = stored.get().position().base();
        long from = acknowledged.position().base();
        // A target that is about to be loaded by a slot made anew has position 0 as well, but nobody has read that
        // slot.
        boolean isRead =
                slot.position() != null && Long.compareUnsigned(slot.position().base(), from) < 0;
        return Long.compareUnsigned(stands, from) < 0
                        && (isRead || OffsetSetup.known(session).isPresent())
                ? Optional.of(TargetRepairs.older(shard, session.name(), Lsn.format(stands), Lsn.format(from)))
                : Optional.empty();
    }

    boolean contains(Session session) {
        return lost.containsKey(session);
    }

    /** What is told of it. */
    Optional<Finding> finding(Session session) {
        return Optional.ofNullable(lost.get(session));
    }

    /**
     * Up to where the slot was acknowledged, if any target is among them: the stream has all that came later, and what came
     * before is loaded.
     */
    Optional<Offset> acknowledged() {
        return Optional.ofNullable(acknowledged);
    }
}
