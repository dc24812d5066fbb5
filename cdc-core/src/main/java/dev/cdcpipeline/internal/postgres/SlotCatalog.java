package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.monitor.SlotStatus;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.PreflightException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Shows and drops a shard's slot for an operator. One thread. */
public final class SlotCatalog {
    private final SourceConnection source;

    public SlotCatalog(SourceConnection source) {
        this.source = source;
    }

    /** @throws ShardStartException if the server does not answer */
    public SlotStatus status(String slotName) {
        SourceState now = new SourceInspection(source, slotName, "").measure();
        Optional<ReplicationSlot.State> slot = now.slot();
        return new SlotStatus(
                source.shardName(),
                slotName,
                slot.isPresent(),
                slot.map(ReplicationSlot.State::active).orElse(false),
                slot.map(ReplicationSlot.State::plugin),
                slot.map(ReplicationSlot.State::confirmedFlush)
                        .filter(lsn -> lsn != 0)
                        .map(Lsn::format),
                slot.map(ReplicationSlot.State::restartLsn)
                        .filter(lsn -> lsn != 0)
                        .map(Lsn::format),
                slot.map(state -> OptionalLong.of(Math.max(0, now.insertLsn() - state.confirmedFlush())))
                        .orElse(OptionalLong.empty()),
                now.retainedBytes(),
                slot.map(ReplicationSlot.State::walStatus),
                Optional.empty());
    }

    /**
     * Drops a slot of ours that nobody reads.
     *
     * @return whether it existed
     * @throws PreflightException if it is of another plugin or database, or is being read
     * @throws ShardStartException if the server does not answer
     */
    public boolean drop(String slotName) {
        ReplicationSlot slot = new ReplicationSlot(source, slotName);
        Optional<ReplicationSlot.State> state = source.answer(slot::state);
        if (state.isEmpty()) {
            return false;
        }
        SlotFindings findings = new SlotFindings(source.shard(), slotName);
        Optional<Finding> refused = findings.foreign(state.get())
                .or(() -> source.answer(slot::reader).map(findings::active));
        if (refused.isPresent()) {
            throw new PreflightException(source.shardName(), List.of(refused.get()));
        }
        return source.answer(() -> {
            slot.drop();
            return true;
        });
    }
}
