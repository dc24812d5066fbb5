package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterKeys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is applied or put aside together: a change, or the two halves of an update of a key.
 *
 * @param keys of all of its changes
 */
record ChangeUnit(List<Change<Row>> changes, Set<String> keys) {

    /** Takes changes apart. */
    static List<ChangeUnit> of(List<Change<Row>> changes) {
        List<ChangeUnit> units = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            boolean halves = i + 1 < changes.size() && LetterKeys.areHalves(changes.get(i), changes.get(i + 1));
            units.add(of(changes.subList(i, halves ? i + 2 : i + 1), halves));
            i += halves ? 1 : 0;
        }
        return units;
    }

    private static ChangeUnit of(List<Change<Row>> changes, boolean halves) {
        Set<String> keys = new LinkedHashSet<>(LetterKeys.of(changes.get(0)));
        if (halves) {
            keys.addAll(LetterKeys.of(changes.get(1)));
        }
        return new ChangeUnit(List.copyOf(changes), keys);
    }

    Change<Row> first() {
        return changes.get(0);
    }

    TableName table() {
        return first().table();
    }

    boolean isTruncate() {
        return first().operation() == Operation.TRUNCATE;
    }

    /** Whether all of it has a position up to this one. What a load has read has none. */
    boolean isBefore(Position position) {
        return changes.stream()
                .allMatch(change -> change.operation() != Operation.READ
                        && change.position().compareTo(position) <= 0);
    }

    long transactionId() {
        return first().source().transactionId();
    }

    boolean sharesKeyWith(ChangeUnit other) {
        return !Collections.disjoint(keys, other.keys);
    }
}
