package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A table of few rows that changes at random, with values that a target refuses, and loads that read it meanwhile. */
final class HomeSource {
    private static final int KEYS = 6;

    private final Random dice;
    private final Map<String, String> rows = new TreeMap<>();
    private final List<Place> places = new ArrayList<>();
    private long end = 100;
    private long lsn = 100;
    private long transactions;
    private int values;

    /** A change, or a row that a load reads here; and what the table has after it. */
    private record Place(
            Position position, @Nullable RowChange change, String read, long end, Map<String, String> rows) {}

    HomeSource(Random dice, int transactions) {
        this.dice = dice;
        for (int i = 0; i < transactions; i++) {
            transaction();
        }
    }

    Map<String, String> rows() {
        return rows;
    }

    static boolean isBad(Change<Row> change) {
        return change.operation() == Operation.TRUNCATE
                ? change.source().transactionId() % 3 == 0
                : change.after() != null && PlainTarget.text(change.after()).startsWith("bad");
    }

    private void transaction() {
        transactions++;
        long base = end;
        int changes = 1 + dice.nextInt(4);
        for (int i = 0; i < changes; i++) {
            change(base);
        }
        end = ++lsn;
        if (dice.nextInt(3) == 0) {
            places.add(new Place(Position.boundary(end), null, "k" + dice.nextInt(KEYS), end, Map.copyOf(rows)));
        }
    }

    private void change(long base) {
        String key = "k" + dice.nextInt(KEYS);
        String other = "k" + dice.nextInt(KEYS);
        String old = rows.get(key);
        String value = (dice.nextInt(12) == 0 ? "bad" : "v") + ++values;
        if (dice.nextInt(60) == 0) {
            rows.clear();
            add(base, Operation.TRUNCATE, null, null, null);
        } else if (old == null) {
            rows.put(key, value);
            add(base, Operation.CREATE, key, null, value);
        } else if (dice.nextInt(4) == 0) {
            rows.remove(key);
            add(base, Operation.DELETE, key, null, null);
        } else if (dice.nextInt(4) == 0 && !rows.containsKey(other)) {
            rows.remove(key);
            add(base, Operation.DELETE, key, null, null);
            rows.put(other, value);
            add(base, Operation.CREATE, other, key, value);
        } else {
            rows.put(key, value);
            add(base, Operation.UPDATE, key, null, value);
        }
    }

    private void add(
            long base, Operation operation, @Nullable String key, @Nullable String previous, @Nullable String value) {
        boolean isSecondHalf = previous != null;
        lsn += isSecondHalf ? 0 : 1;
        RowChange change = change(operation, key, previous, value, transactions, lsn);
        Position position = new Position(base, lsn, isSecondHalf ? 1 : 0);
        change.place(position);
        places.add(new Place(position, change, "", lsn, Map.copyOf(rows)));
    }

    private static RowChange change(
            Operation operation,
            @Nullable String key,
            @Nullable String previous,
            @Nullable String value,
            long transaction,
            long lsn) {
        return new RowChange(
                operation,
                Records.ORDERS,
                row("id", key),
                row("id", previous),
                null,
                row("value", value),
                new RowChange.Origin("db0", lsn, transaction, 0),
                100);
    }

    private static @Nullable Row row(String column, @Nullable String value) {
        return value == null ? null : RowOf.column(column, value);
    }

    /** Where transactions end after a place, in order. */
    List<Long> ends(Position after) {
        List<Long> ends = new ArrayList<>();
        for (Place place : places) {
            long base = place.position.base();
            if (base > after.base() && (ends.isEmpty() || ends.get(ends.size() - 1) < base)) {
                ends.add(base);
            }
        }
        if (ends.isEmpty() || ends.get(ends.size() - 1) < end) {
            ends.add(end);
        }
        return ends;
    }

    /**
     * What comes from behind one place up to another.
     *
     * @param seen how far a process before has come: a load that begins anew reads rows as they are then, which come later
     */
    List<Change<Row>> changes(long from, long to, long seen) {
        List<Change<Row>> changes = new ArrayList<>();
        for (Place place : places) {
            if (place.position.compareTo(Position.boundary(from)) <= 0
                    || place.position.compareTo(Position.boundary(to)) > 0) {
                continue;
            }
            if (place.change != null) {
                changes.add(place.change);
                continue;
            }
            String value = place.end <= seen ? null : place.rows.get(place.read);
            if (value != null) {
                RowChange read = change(Operation.READ, place.read, null, value, 0, 0);
                read.place(Position.boundary(place.position.base()));
                changes.add(read);
            }
        }
        return changes;
    }
}
