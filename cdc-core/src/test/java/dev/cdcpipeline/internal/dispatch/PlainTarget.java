package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Rows of one table and an offset, in one write; it knows nothing of dead letters and refuses some changes. */
final class PlainTarget implements Target {
    final Map<String, String> rows = new TreeMap<>();
    /** Every change, in order, with what it was told of. */
    final List<Change<Row>> applied = new ArrayList<>();

    final List<Offset> offsets = new ArrayList<>();
    Predicate<Change<Row>> refuses = change -> false;
    /** Whether whole transactions are written one by one, each with an offset of its own. */
    boolean isInParts;

    int tries;
    /** The first of its projections by name. */
    String projection = "plain";

    private final Steps steps;
    private Offset stored;

    PlainTarget(Steps steps, Offset at) {
        this.steps = steps;
        this.stored = at;
    }

    void stands(Offset at) {
        stored = at;
    }

    Offset stored() {
        return stored;
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return List.of(SourceTable.of(Records.ORDERS, MemoryTarget.AnyRow.class));
    }

    @Override
    public Map<String, Set<String>> fills(TableName table) {
        return Map.of(projection, Set.of("value"), "z", Set.of("value"));
    }

    @Override
    public TargetSession open(TargetContext context) {
        return new OneSession();
    }

    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {
        throw new UnsupportedOperationException();
    }

    static String text(@Nullable Row row) {
        return String.valueOf(Objects.requireNonNull(row).text(0));
    }

    private void change(Change<Row> change) {
        if (change.operation() == Operation.TRUNCATE) {
            rows.clear();
        } else if (change.after() == null) {
            rows.remove(text(change.key()));
        } else {
            rows.put(text(change.key()), text(change.after()));
        }
        applied.add(change);
    }

    private final class OneSession implements TargetSession {
        private Offset known = stored;
        private boolean broken;

        @Override
        public Optional<Offset> offset() {
            return Optional.of(known);
        }

        @Override
        public void apply(ChangeBatch batch, Offset upTo) {
            tries++;
            if (broken) {
                throw new AssertionError("a session that has failed was not recovered");
            }
            broken = true;
            if (isInParts && isNewStream(batch, upTo)) {
                applyInParts(batch, upTo);
            } else {
                write(batch.changes(), upTo);
            }
            known = upTo;
            broken = false;
        }

        private void write(List<Change<Row>> changes, Offset upTo) {
            steps.write("apply " + changes.size(), () -> {
                if (changes.stream().anyMatch(refuses)) {
                    throw new IllegalArgumentException("a bad value");
                }
                changes.forEach(PlainTarget.this::change);
                stored = upTo;
                offsets.add(upTo);
                return true;
            });
        }

        private boolean isNewStream(ChangeBatch batch, Offset upTo) {
            return upTo.position().compareTo(known.position()) > 0
                    && upTo.load().equals(known.load())
                    && batch.changes().stream().noneMatch(change -> change.operation() == Operation.READ);
        }

        private void applyInParts(ChangeBatch batch, Offset upTo) {
            List<Change<Row>> part = new ArrayList<>();
            for (Change<Row> change : batch.changes()) {
                if (change.position().compareTo(known.position()) <= 0) {
                    continue;
                }
                if (!part.isEmpty()
                        && part.get(0).source().transactionId()
                                != change.source().transactionId()) {
                    Position behind = part.get(part.size() - 1).position();
                    write(List.copyOf(part), new Offset(known.boundary(), behind, known.load()));
                    part.clear();
                }
                part.add(change);
            }
            write(part, upTo);
        }

        @Override
        public void recover() {
            steps.about("recover");
            broken = false;
            known = stored;
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
