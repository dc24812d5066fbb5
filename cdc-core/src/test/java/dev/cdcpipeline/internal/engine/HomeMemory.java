package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.control.ShardOrders;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.ShardId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One shard's slot and orders, in a home database that can go away. */
final class HomeMemory implements OffsetStore, ControlStore {
    @Nullable
    SlotRecord slot;

    Epoch epoch = new Epoch(1);
    boolean away;
    private final List<LetterOrder> letters = new ArrayList<>();
    private long restarts;

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
        return this;
    }

    @Override
    public Optional<SlotRecord> slot(String pipeline, ShardId shard) {
        requireThere();
        return Optional.ofNullable(slot);
    }

    @Override
    public void saveSlot(String pipeline, ShardId shard, Epoch by, SlotRecord saved) {
        requireThere();
        if (!by.equals(epoch)) {
            throw new FencedException("[" + shard + "] another owner");
        }
        slot = saved;
    }

    @Override
    public void forgetSlot(String pipeline, ShardId shard, Epoch by) {
        slot = null;
    }

    @Override
    public ShardOrders orders(String pipeline, ShardId shard) {
        requireThere();
        return new ShardOrders(
                false,
                "",
                restarts,
                List.of(),
                !openLetterOrders(pipeline, shard).isEmpty());
    }

    @Override
    public void restart(String pipeline, ShardId shard) {
        restarts++;
    }

    private void requireThere() {
        if (away) {
            throw new TransientFailure("the home database is away", null);
        }
    }

    @Override
    public void pause(String pipeline, ShardId shard, String by) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resume(String pipeline, ShardId shard) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void request(String pipeline, Collection<ShardId> shards, BackfillRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int cancel(String pipeline, String backfill) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void note(String pipeline, ShardId shard, String backfill, BackfillState state, String note) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Backfill> backfills(String pipeline) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void requestLetters(String pipeline, Collection<LetterOrder> asked) {
        letters.addAll(asked);
    }

    @Override
    public void noteLetters(String pipeline, LetterOrder order) {
        requireThere();
        letters.replaceAll(each -> each.id().equals(order.id())
                        && each.target().equals(order.target())
                        && !each.state().hasEnded()
                ? order
                : each);
    }

    @Override
    public List<LetterOrder> openLetterOrders(String pipeline, ShardId shard) {
        requireThere();
        return letters.stream().filter(order -> !order.state().hasEnded()).toList();
    }

    @Override
    public List<LetterOrder> letterOrders(String pipeline) {
        return List.copyOf(letters);
    }
}
