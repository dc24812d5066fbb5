package dev.cdcpipeline.offset;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.shard.ShardId;
import java.util.Optional;

/** Fails when it is touched. */
public class UntouchedStore implements OffsetStore {

    @Override
    public void prepare() {
        throw touched();
    }

    @Override
    public LeaseStore leases() {
        throw touched();
    }

    @Override
    public HomeLetters deadLetters() {
        throw touched();
    }

    @Override
    public ControlStore control() {
        throw touched();
    }

    @Override
    public Optional<SlotRecord> slot(String pipeline, ShardId shard) {
        throw touched();
    }

    @Override
    public void saveSlot(String pipeline, ShardId shard, Epoch epoch, SlotRecord slot) {
        throw touched();
    }

    @Override
    public void forgetSlot(String pipeline, ShardId shard, Epoch epoch) {
        throw touched();
    }

    private static AssertionError touched() {
        return new AssertionError("no I/O before start()");
    }
}
