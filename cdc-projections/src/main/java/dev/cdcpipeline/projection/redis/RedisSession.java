package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.LoadStep;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RedisTarget} at work for one shard.
 *
 * <p>Which rows a projection has in Redis is kept in its index, so that a TRUNCATE, or the end of a load that replaces what is
 * there, finds them without a look at every key of the server. Each such load has a number, the mark: rows that came since it began
 * have it in the index, and those that do not when it ends are not at the source any more.
 */
final class RedisSession implements TargetSession {
    private final SessionFailures failures;
    private final TargetContext context;
    private final Layout layout;
    private final RedisStore store;
    private final List<RedisProjection> projections;
    private final List<ShardProjection> shardProjections = new ArrayList<>();
    private final IndexRemoval removal;
    private final IndexPruning pruning;
    /** What may be stored since, of writes whose answers have not been waited for or have not come. */
    private final Deque<StoredOffset> attempted = new ArrayDeque<>();

    private final Deque<Runnable> answers = new ArrayDeque<>();
    private StoredOffset stored = StoredOffset.of(Map.of());
    private long sequence;
    private boolean usable;
    private List<String> admitted = List.of();

    private RedisSession(RedisTarget target, TargetContext context) {
        this.context = context;
        this.projections = target.projections();
        this.layout = target.layout(context.pipeline());
        String who = "[" + context.shard() + "] target '" + target.name() + "'";
        this.failures = new SessionFailures(who, context.failures());
        this.store = target.store(context.pipeline(), context.shard(), context.shards(), who);
        this.removal = new IndexRemoval(
                context.shard().name(), layout, store, () -> store.admitFills(context.epoch(), admitted));
        this.pruning = new IndexPruning(projections);
        for (RedisProjection projection : projections) {
            shardProjections.add(projection.prepare(who, context));
        }
    }

    /** Claims the offset, and drops what is to be dropped. */
    static RedisSession open(RedisTarget target, TargetContext context) {
        RedisSession session = new RedisSession(target, context);
        try {
            session.failures.run("cannot be opened", () -> {
                session.accept(session.store.claim(context.epoch()));
                session.usable = true;
                session.admitFills();
                for (RedisProjection dropped : target.dropped()) {
                    session.removal.drop(dropped.begin(context.shard().name()), session::writeBesides);
                }
            });
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
        return session;
    }

    /** Claims the offset and forgets it. The claim stays, and so do data and index. */
    static void forget(RedisStore store, SessionFailures failures, Epoch epoch) {
        try (store) {
            failures.run("cannot be forgotten", () -> {
                RedisStore.Claim claim = store.claim(epoch);
                store.write(epoch, claim.sequence(), StoredOffset.NOWHERE, List.of());
            });
        }
    }

    private void accept(RedisStore.Claim claim) {
        attempted.clear();
        answers.clear();
        stored = StoredOffset.of(claim.fields());
        sequence = claim.sequence();
    }

    /** Who has an offset will see every change to come, so that readers may fill. */
    private void admitFills() {
        if (stored.offset() != null && admitted.isEmpty()) {
            List<String> names =
                    projections.stream().map(RedisProjection::fillName).toList();
            store.admitFills(context.epoch(), names);
            admitted = names;
        }
    }

    @Override
    public Optional<Offset> offset() {
        return Optional.ofNullable(stored.offset());
    }

    @Override
    public void apply(ChangeBatch batch, Offset upTo) {
        if (!usable) {
            throw new IllegalStateException(failures.who() + " failed before; recover() comes first");
        }
        usable = false;
        failures.run("cannot apply " + batch.changes().size() + " changes", () -> {
            LoadStep step = LoadStep.of(offset(), upTo);
            SortedMap<String, Long> marks = marks(step);
            for (BatchPart part : BatchPart.of(batch, stored.offset(), upTo, store.mostChanges())) {
                StoredOffset next = new StoredOffset(part.upTo(), marks);
                Writes writes = new Writes(layout);
                for (int i = 0; i < projections.size(); i++) {
                    fill(projections.get(i), shardProjections.get(i), part.changes(), step, next, writes);
                }
                pruning.addTo(writes, batch.isEmpty());
                send(next, writes);
            }
            settle();
            admitFills();
        });
        usable = true;
    }

    private SortedMap<String, Long> marks(LoadStep step) {
        if (!step.mayChangeLoads()) {
            return stored.marks();
        }
        SortedMap<String, Long> marks = new TreeMap<>(stored.marks());
        for (RedisProjection projection : projections) {
            Optional<LoadKind> begun = step.begins(projection.table().name(), projection.name());
            if (begun.equals(Optional.of(LoadKind.REPLACE))) {
                marks.put(projection.name(), Math.max(marks.getOrDefault(projection.name(), 0L) + 1, firstMark()));
            }
        }
        return marks;
    }

    /** Where a mark begins whose last one was lost: rows of the index that were not lost must not seem to have it. */
    private static long firstMark() {
        return System.currentTimeMillis();
    }

    private void fill(
            RedisProjection projection,
            ShardProjection shardProjection,
            List<Change<Row>> changes,
            LoadStep step,
            StoredOffset next,
            Writes writes) {
        RowFold fold = new RowFold(shardProjection);
        for (Change<Row> change : changes) {
            if (change.table().equals(projection.table().name()) && isWanted(change, step, projection)) {
                fold.add(change);
            }
        }
        long mark = next.marks().getOrDefault(projection.name(), 0L);
        if (fold.isTruncated()) {
            removal.removeAll(fold, writes, this::writeBesides);
        } else if (step.ends(projection.table().name(), projection.name()).equals(Optional.of(LoadKind.REPLACE))) {
            removal.removeOthers(fold, mark, writes, this::writeBesides);
        }
        put(fold, mark, writes);
    }

    private static boolean isWanted(Change<Row> change, LoadStep step, RedisProjection projection) {
        return change.operation() != Operation.READ
                || step.loads(change.table(), projection.name()).isPresent();
    }

    private void put(RowFold fold, long mark, Writes writes) {
        ShardProjection projection = fold.projection();
        List<String> rowIds = List.copyOf(fold.rows().keySet());
        List<@Nullable IndexedRow> before =
                projection.isMoving() ? store.indexed(projection.name(), rowIds) : List.of();
        for (int i = 0; i < rowIds.size(); i++) {
            String rowId = rowIds.get(i);
            Change<Row> change = fold.rows().get(rowId);
            IndexedRow indexed = projection.isMoving() ? before.get(i) : null;
            if (change.operation() == Operation.DELETE) {
                projection.remove(rowId, change, indexed, writes);
            } else {
                projection.put(rowId, change, indexed, mark, writes);
            }
        }
    }

    /** Writes that are too many for one step: each is atomic, and done again they do no harm. */
    private void writeBesides(Writes writes) {
        store.write(context.epoch(), sequence, Map.of(), writes.all());
        sequence++;
    }

    private void send(StoredOffset next, Writes writes) {
        StoredOffset before = attempted.isEmpty() ? stored : attempted.getLast();
        long expected = sequence + attempted.size();
        attempted.add(next);
        answers.add(store.send(context.epoch(), expected, next.fields(before), writes.all()));
    }

    /** Whatever comes after one that has failed finds another sequence, and does nothing. */
    private void settle() {
        while (!answers.isEmpty()) {
            answers.remove().run();
            stored = attempted.remove();
            sequence++;
        }
    }

    @Override
    public void recover() {
        failures.run("cannot find out what is stored", () -> {
            RedisStore.Claim found = store.claimAgain(context.epoch());
            if (found.before() < sequence || !isWhereLeft(StoredOffset.of(found.fields()))) {
                throw new OffsetLostException(
                        failures.who() + " has lost data: its offset is not as it was left; did Redis"
                                + " fail over to a replica that was behind?");
            }
            accept(found);
        });
        usable = true;
    }

    /** Claims whose answers were lost have raised the sequence: the smaller one of a replica that was behind as well. */
    private boolean isWhereLeft(StoredOffset found) {
        Map<String, String> text = found.text();
        return text.equals(stored.text()) || attempted.stream().anyMatch(each -> text.equals(each.text()));
    }

    @Override
    public void abort() {
        store.abort();
    }

    @Override
    public void close() {
        usable = false;
        store.close();
    }

    @Override
    public String toString() {
        return "RedisSession" + failures.who();
    }
}
