package dev.cdcpipeline.preflight;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Remembers one shard's slot, and everything that was ever stored of it; can fail like a process that is killed. */
final class SlotMemory implements OffsetStore {
    final List<SlotRecord> stored = new ArrayList<>();
    private SlotRecord.Phase failing = SlotRecord.Phase.SNAPSHOT;
    private boolean before;
    private boolean fails;

    /** The next time that this phase is to be stored, it is or is not, and then the process is dead. */
    void dieAt(SlotRecord.Phase phase, boolean beforeStored) {
        failing = phase;
        before = beforeStored;
        fails = true;
    }

    @Override
    public void prepare() {}

    @Override
    public LeaseStore leases() {
        throw new UnsupportedOperationException();
    }

    @Override
    public HomeLetters deadLetters() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ControlStore control() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<SlotRecord> slot(String pipeline, ShardId shard) {
        return stored.isEmpty() ? Optional.empty() : Optional.of(stored.get(stored.size() - 1));
    }

    @Override
    public void saveSlot(String pipeline, ShardId shard, Epoch epoch, SlotRecord slot) {
        boolean dies = fails && slot.phase() == failing;
        if (!dies || !before) {
            stored.add(slot);
        }
        if (dies) {
            fails = false;
            throw new IllegalStateException("killed");
        }
    }

    @Override
    public void forgetSlot(String pipeline, ShardId shard, Epoch epoch) {
        stored.clear();
    }
}
