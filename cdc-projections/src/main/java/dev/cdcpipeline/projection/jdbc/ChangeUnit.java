package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.LetterKeys;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes that are never parted: one, or the delete and the create that an update of a key has become.
 *
 * @param index which of its batch
 */
record ChangeUnit(int index, List<Change<Row>> changes) {

    static List<ChangeUnit> of(List<Change<Row>> changes) {
        List<ChangeUnit> units = new ArrayList<>(changes.size());
        int i = 0;
        while (i < changes.size()) {
            int next = i + sizeAt(changes, i);
            units.add(new ChangeUnit(units.size(), changes.subList(i, next)));
            i = next;
        }
        return units;
    }

    /** How many changes the unit has that begins at an index. */
    static int sizeAt(List<Change<Row>> changes, int index) {
        return index + 1 < changes.size() && LetterKeys.areHalves(changes.get(index), changes.get(index + 1)) ? 2 : 1;
    }

    static List<Change<Row>> flatten(List<ChangeUnit> units) {
        List<Change<Row>> all = new ArrayList<>(units.size());
        units.forEach(unit -> all.addAll(unit.changes));
        return all;
    }

    Change<Row> first() {
        return changes.get(0);
    }

    long transactionId() {
        return first().source().transactionId();
    }
}
