package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a batch has come that is applied in parts. It is kept from try to try, because rows that a load has read have no position
 * of their own by which they could be left out the next time.
 */
final class BatchProgress {
    private final Offset upTo;
    private List<ChangeUnit> units;
    private final BitSet stored = new BitSet();
    private final Map<String, Integer> passed = new HashMap<>();
    private int next;
    private boolean finished;
    private int triedEnd;
    private Offset before;
    private Offset tried;

    BatchProgress(ChangeBatch batch, Offset upTo, Offset now) {
        this.upTo = upTo;
        this.units = ChangeUnit.of(batch.changes());
        this.before = now;
        this.tried = now;
        advanceTo(now);
    }

    /** Whether this is another try of the same batch. */
    boolean isOf(ChangeBatch batch, Offset offset) {
        List<Change<Row>> changes = changes(0, size());
        return !finished
                && offset.equals(upTo)
                && changes.size() == batch.changes().size()
                && (changes.isEmpty()
                        || changes.get(0)
                                .position()
                                .equals(batch.changes().get(0).position()));
    }

    /** Goes on where the try before has ended. Values that were read again at the source may be others. */
    void resume(ChangeBatch batch, Offset now) {
        units = ChangeUnit.of(batch.changes());
        if (wasStored(now)) {
            reachedTried();
        }
        advanceTo(now);
    }

    /**
     * Leaves out what a target has applied of a part that failed: one that applies whole transactions one by one.
     *
     * @return whether there is any
     */
    boolean advanceTo(Offset now) {
        int began = next;
        while (next < size() && units.get(next).isBefore(now.position())) {
            next++;
        }
        return next > began;
    }

    Offset upTo() {
        return upTo;
    }

    /** Whether the last try, of which nothing is known, was stored. */
    boolean wasStored(Offset now) {
        return triedEnd > next
                && !now.position().equals(before.position())
                && now.position().equals(tried.position());
    }

    int size() {
        return units.size();
    }

    int next() {
        return next;
    }

    ChangeUnit unit(int index) {
        return units.get(index);
    }

    boolean isFinished() {
        return finished;
    }

    /** How many changes of each projection went well until now. */
    Map<String, Integer> passed() {
        return passed;
    }

    /** Whether a unit is a letter by now. */
    boolean isStored(int index) {
        return stored.get(index);
    }

    void stored(BitSet indexes) {
        stored.or(indexes);
    }

    /** Where the target will stand when everything before {@code end} is applied or put aside. The load moves at the end only. */
    Offset offsetAt(int end, Offset now) {
        if (end == size()) {
            return upTo;
        }
        Position position = now.position();
        for (Change<Row> change : changes(next, end)) {
            if (change.operation() != Operation.READ) {
                position = Position.max(position, change.position());
            }
        }
        return new Offset(now.boundary(), position, now.load());
    }

    /** Is about to be applied. */
    void trying(int end, Offset now, Offset to) {
        triedEnd = end;
        before = now;
        tried = to;
    }

    /** Everything before {@code end} is applied or put aside; at the end of the batch, the offset has come there, too. */
    void reached(int end) {
        next = end;
        finished = end == size();
    }

    void reachedTried() {
        reached(triedEnd);
    }

    private List<Change<Row>> changes(int from, int to) {
        List<Change<Row>> changes = new ArrayList<>();
        units.subList(from, to).forEach(unit -> changes.addAll(unit.changes()));
        return changes;
    }
}
