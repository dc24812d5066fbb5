package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A target that keeps changes and offset in memory, both or neither. What it has stored outlives its sessions; a session knows
 * only what it has read, as one of a database would.
 */
public final class MemoryTarget implements Target {
    private final String name;
    private final List<SourceTable<?>> tables;
    private final List<Change<Row>> applied = new ArrayList<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private @Nullable Offset stored;
    private int tries;
    private int recoveries;
    private int batches;

    /** What happens to a try: the failure, and whether the write was stored nevertheless. */
    public record Fault(Supplier<? extends Throwable> failure, boolean stored) {}

    /** The columns do not matter here. */
    public record AnyRow(@Nullable String id) {}

    public MemoryTarget(String name, TableName... tables) {
        this.name = name;
        this.tables = new ArrayList<>();
        for (TableName table : tables) {
            this.tables.add(SourceTable.of(table.toString(), AnyRow.class));
        }
    }

    public MemoryTarget reads(SourceTable<?> table) {
        tables.add(table);
        return this;
    }

    public MemoryTarget stands(Offset at) {
        stored = at;
        return this;
    }

    /** Makes a coming try fail; several are used up in order. */
    public MemoryTarget fails(Supplier<? extends Throwable> failure, boolean storedNevertheless) {
        faults.add(new Fault(failure, storedNevertheless));
        return this;
    }

    /** Forgets failures that are still to come. */
    public void worksAgain() {
        faults.clear();
    }

    public List<Change<Row>> applied() {
        return applied;
    }

    public Optional<Offset> stored() {
        return Optional.ofNullable(stored);
    }

    public int tries() {
        return tries;
    }

    public int recoveries() {
        return recoveries;
    }

    /** How many batches were stored. */
    public int batches() {
        return batches;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return tables;
    }

    @Override
    public TargetSession open(TargetContext context) {
        return open();
    }

    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {
        stored = null;
    }

    public TargetSession open() {
        return new MemorySession();
    }

    private final class MemorySession implements TargetSession {
        private @Nullable Offset known = stored;
        private boolean broken;

        @Override
        public Optional<Offset> offset() {
            return Optional.ofNullable(known);
        }

        @Override
        public void apply(ChangeBatch batch, Offset upTo) {
            tries++;
            if (broken) {
                throw new AssertionError("a session that has failed was not recovered");
            }
            Fault fault = faults.poll();
            if (fault == null || fault.stored()) {
                applied.addAll(batch.changes());
                stored = upTo;
                batches++;
            }
            if (fault != null) {
                broken = true;
                MemoryTarget.<RuntimeException>sneak(fault.failure().get());
            }
            known = upTo;
        }

        @Override
        public void recover() {
            recoveries++;
            broken = false;
            known = stored;
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable failure) throws E {
        throw (E) failure;
    }
}
