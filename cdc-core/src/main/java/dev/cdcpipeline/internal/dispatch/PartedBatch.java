package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Applies batches of a target whose letters are in the home database: what waits behind a parked change is stored first, the rest is
 * applied, in order. A batch that fails is applied in parts, each in an atomic write of its own with the offset up to its last change,
 * so that what is durable never has to be taken back.
 */
final class PartedBatch {
    private final TargetSession session;
    private final HomeLetterBox box;
    private final Function<TableName, String> projections;
    private @Nullable BatchProgress progress;

    /** @param projections in whose name the changes of a table are put aside */
    PartedBatch(TargetSession session, HomeLetterBox box, Function<TableName, String> projections) {
        this.session = session;
        this.box = box;
        this.projections = projections;
    }

    /** What one try was about, and how it went. */
    private record Try(List<Integer> open, @Nullable RuntimeException failure) {}

    void apply(ChangeBatch batch, Offset upTo) {
        if (box.keys().isEmpty() && !isUnderWay(batch, upTo)) {
            progress = null;
            session.apply(batch, upTo);
            return;
        }
        BatchProgress parts = begin(batch, upTo);
        while (!parts.isFinished()) {
            RuntimeException failure = attempt(parts, parts.size()).failure;
            if (failure != null) {
                throw failure;
            }
        }
    }

    void isolate(ChangeBatch batch, Offset upTo, FailureJudge judge) {
        BatchProgress parts = begin(batch, upTo);
        parts.passed().forEach(judge::passed);
        Deque<Integer> ends = new ArrayDeque<>(List.of(parts.size()));
        while (!parts.isFinished()) {
            while (ends.element() <= parts.next() && ends.size() > 1) {
                ends.pop();
            }
            Try tried = attempt(parts, ends.element());
            RuntimeException failure = tried.failure;
            if (failure == null) {
                count(parts, tried).forEach(judge::passed);
            } else if (isNoTroubleOfAChange(failure) || judge.isTransient(failure) || tried.open.isEmpty()) {
                throw failure;
            } else {
                session.recover();
                if (parts.wasStored(now(upTo))) {
                    parts.reachedTried();
                    count(parts, tried).forEach(judge::passed);
                } else if (!parts.advanceTo(now(upTo))) {
                    putAside(parts, tried.open, ends, judge, failure);
                }
            }
        }
    }

    /** Nothing of them was applied. */
    private void putAside(
            BatchProgress parts,
            List<Integer> open,
            Deque<Integer> ends,
            FailureJudge judge,
            RuntimeException failure) {
        if (open.size() > 1) {
            ends.push(split(parts, open));
        } else {
            park(parts, open.get(0), judge, failure);
        }
    }

    private static boolean isNoTroubleOfAChange(RuntimeException failure) {
        return failure instanceof FencedException || failure instanceof OffsetLostException;
    }

    private void park(BatchProgress parts, int index, FailureJudge judge, RuntimeException failure) {
        ChangeUnit unit = parts.unit(index);
        List<NewLetter> letters = judge.judge(projections.apply(unit.table()), unit.changes(), failure);
        judge.conclude(); // nothing can be taken back any more once a letter is stored
        box.store(letters);
        BitSet one = new BitSet();
        one.set(index);
        parts.stored(one);
    }

    private boolean isUnderWay(ChangeBatch batch, Offset upTo) {
        BatchProgress known = progress;
        return known != null && known.isOf(batch, upTo);
    }

    private BatchProgress begin(ChangeBatch batch, Offset upTo) {
        if (isUnderWay(batch, upTo)) {
            BatchProgress known = Objects.requireNonNull(progress);
            known.resume(batch, now(upTo));
            return known;
        }
        BatchProgress fresh = new BatchProgress(batch, upTo, now(upTo));
        progress = fresh;
        return fresh;
    }

    private Offset now(Offset otherwise) {
        return session.offset().orElse(otherwise);
    }

    /** One atomic write, for what of the next changes can be applied together; nothing is written where all are put aside. */
    private Try attempt(BatchProgress parts, int wantedEnd) {
        List<Integer> open = new ArrayList<>();
        int end = storeWaiting(parts, wantedEnd, open);
        Offset now = now(parts.upTo());
        Offset to = parts.offsetAt(end, now);
        if (!open.isEmpty() || end == parts.size()) {
            List<Change<Row>> changes = new ArrayList<>();
            open.forEach(index -> changes.addAll(parts.unit(index).changes()));
            parts.trying(end, now, to);
            try {
                session.apply(changes.isEmpty() ? ChangeBatch.empty() : new ChangeBatch(changes), to);
            } catch (RuntimeException e) {
                return new Try(open, e);
            }
        }
        parts.reached(end);
        return new Try(open, null);
    }

    /**
     * Stores what must wait, before anything behind it moves the offset.
     *
     * @param open receives what is to be applied
     * @return where to stop: before a change that waits for one key and shares another with a change that is still to be applied,
     *     because that one may have to be put aside before it
     */
    private int storeWaiting(BatchProgress parts, int wantedEnd, List<Integer> open) {
        List<NewLetter> letters = new ArrayList<>();
        BitSet waiting = new BitSet();
        Map<TableName, Set<String>> added = new HashMap<>();
        int end = parts.next();
        for (; end < wantedEnd; end++) {
            ChangeUnit unit = parts.unit(end);
            String projection = projections.apply(unit.table());
            if (parts.isStored(end)) {
                continue;
            }
            if (unit.isTruncate() && !box.isParked(unit.first())) {
                store(parts, letters, waiting);
                box.truncating(
                        unit.table(),
                        letter -> letter.change()
                                        .source()
                                        .position()
                                        .compareTo(unit.first().position())
                                < 0);
                added.remove(unit.table());
                open.add(end);
                continue;
            }
            boolean waits = box.keys().holds(unit.table(), unit.keys())
                    || unit.keys().stream().anyMatch(added.getOrDefault(unit.table(), Set.of())::contains);
            if (!waits) {
                open.add(end);
            } else if (unit.keys().size() > 1
                    && open.stream().anyMatch(index -> parts.unit(index).sharesKeyWith(unit))) {
                break;
            } else {
                unit.changes()
                        .forEach(change ->
                                letters.add(NewLetter.behind(projection, LetterChange.of(change), unit.keys())));
                waiting.set(end);
                added.computeIfAbsent(unit.table(), table -> new HashSet<>()).addAll(unit.keys());
                if (unit.first().operation() == Operation.READ) {
                    // has no position: if its answer is lost it comes again, right behind itself, not behind later
                    // changes
                    store(parts, letters, waiting);
                }
            }
        }
        store(parts, letters, waiting);
        return end;
    }

    /** In one write, so that what it stored is known before anything behind it is stored. */
    private void store(BatchProgress parts, List<NewLetter> letters, BitSet indexes) {
        box.store(letters);
        parts.stored(indexes);
        letters.clear();
        indexes.clear();
    }

    private Map<String, Integer> count(BatchProgress parts, Try tried) {
        Map<String, Integer> counts = new HashMap<>();
        for (int index : tried.open) {
            ChangeUnit unit = parts.unit(index);
            counts.merge(projections.apply(unit.table()), unit.changes().size(), Integer::sum);
        }
        counts.forEach((projection, count) -> parts.passed().merge(projection, count, Integer::sum));
        return counts;
    }

    /** In the middle, or as near to it as a transaction of the source ends. */
    private static int split(BatchProgress parts, List<Integer> open) {
        int middle = open.size() / 2;
        int best = middle;
        int distance = Integer.MAX_VALUE;
        for (int i = 1; i < open.size(); i++) {
            boolean ends = parts.unit(open.get(i)).transactionId()
                    != parts.unit(open.get(i - 1)).transactionId();
            if (ends && Math.abs(i - middle) < distance) {
                distance = Math.abs(i - middle);
                best = i;
            }
        }
        return open.get(best);
    }
}
