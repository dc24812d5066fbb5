package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A target that keeps what it is given, to be given again to another one without a source. */
final class CapturedChanges implements Target {
    private final long wanted;
    private final CountDownLatch done = new CountDownLatch(1);
    private final List<Change<Row>> changes = new ArrayList<>();
    private @Nullable TargetContext context;
    private volatile @Nullable Offset offset;

    CapturedChanges(long wanted) {
        this.wanted = wanted;
    }

    void await() throws InterruptedException {
        done.await();
    }

    /** For whom a session of another target can work. */
    TargetContext context() {
        if (context == null) {
            throw new IllegalStateException("not opened yet");
        }
        return context;
    }

    /** Where a target stands that has applied everything up to this batch. */
    Offset behind(ChangeBatch batch) {
        Offset last = offset;
        if (last == null) {
            throw new IllegalStateException("nothing was captured yet");
        }
        List<Change<Row>> all = batch.changes();
        return new Offset(last.boundary(), all.get(all.size() - 1).position(), last.load());
    }

    /** What was captured, in batches of this size, the last one smaller. */
    List<ChangeBatch> batches(int size) {
        List<ChangeBatch> batches = new ArrayList<>();
        for (int from = 0; from < changes.size(); from += size) {
            batches.add(new ChangeBatch(List.copyOf(changes.subList(from, Math.min(changes.size(), from + size)))));
        }
        return batches;
    }

    @Override
    public String name() {
        return "captured";
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return List.of(Order.TABLE);
    }

    @Override
    public TargetSession open(TargetContext opened) {
        context = opened;
        return new Session();
    }

    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {}

    private final class Session implements TargetSession {

        @Override
        public Optional<Offset> offset() {
            return Optional.ofNullable(offset);
        }

        @Override
        public void apply(ChangeBatch batch, Offset upTo) {
            offset = upTo;
            changes.addAll(batch.changes());
            if (changes.size() >= wanted) {
                done.countDown();
            }
        }

        @Override
        public void recover() {}

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
