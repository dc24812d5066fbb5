package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A random history of committed transactions, in commit order: interleaved (a row's location may lie before the commit that
 * is the transaction's base, or on it), with groups that share a location, deletes, key changes and empty transactions.
 */
final class SimulatedSource {
    static final List<TableName> TABLES = List.of(TableName.parse("a"), TableName.parse("b"), TableName.parse("c"));
    /** Keys that each table has before the first transaction; only a load brings them. */
    static final int OLD_KEYS = 12;

    private static final int KEYS = 20;

    /** One change; a value of null is a delete. */
    record Row(
            TableName table,
            Operation operation,
            long lsn,
            String key,
            @Nullable String value) {}

    /** A transaction; {@code base} is the end of the one before it. */
    record Transaction(long id, long base, long end, List<Row> rows) {}

    final long start;
    final List<Transaction> transactions = new ArrayList<>();

    SimulatedSource(Random random, int size) {
        // Half of the histories pass the place where a location becomes negative.
        start = random.nextBoolean() ? 1000 : Long.MAX_VALUE - 10L * size;
        long base = start;
        for (int id = 1; id <= size; id++) {
            long end = base + 20 + random.nextInt(60);
            transactions.add(new Transaction(id, base, end, rows(random, id, base, end)));
            base = end;
        }
    }

    private static List<Row> rows(Random random, int id, long base, long end) {
        List<Row> rows = new ArrayList<>();
        int count = random.nextInt(5) == 0 ? 0 : random.nextInt(random.nextInt(6) == 0 ? 30 : 6);
        // It may have begun long before the commit that it follows.
        long lsn = base - random.nextInt(30);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(3) > 0 && lsn < end - 2) {
                lsn += random.nextBoolean() && lsn < base ? base - lsn : random.nextInt(2);
            }
            TableName table = TABLES.get(random.nextInt(TABLES.size()));
            String key = "k" + random.nextInt(KEYS);
            String value = id + "." + i;
            switch (random.nextInt(6)) {
                case 0 -> rows.add(new Row(table, Operation.DELETE, lsn, key, null));
                case 1 -> {
                    rows.add(new Row(table, Operation.DELETE, lsn, key, null));
                    rows.add(new Row(table, Operation.CREATE, lsn, "k" + random.nextInt(KEYS), value));
                }
                case 2 -> rows.add(new Row(table, Operation.CREATE, lsn, key, value));
                default -> rows.add(new Row(table, Operation.UPDATE, lsn, key, value));
            }
        }
        return rows;
    }

    /** The rows of a table before the first transaction. */
    static Map<String, String> oldRows() {
        Map<String, String> rows = new TreeMap<>();
        for (int i = 0; i < OLD_KEYS; i++) {
            rows.put("k" + i, "old");
        }
        return rows;
    }

    /** A table after the first {@code transactions} transactions and {@code rows} rows of the next. */
    Map<String, String> table(TableName table, int count, int rows) {
        Map<String, String> state = oldRows();
        for (int t = 0; t < count; t++) {
            transactions.get(t).rows().forEach(row -> put(state, table, row));
        }
        if (rows > 0) {
            transactions.get(count).rows().subList(0, rows).forEach(row -> put(state, table, row));
        }
        return state;
    }

    private static void put(Map<String, String> state, TableName table, Row row) {
        if (row.table().equals(table)) {
            if (row.value() == null) {
                state.remove(row.key());
            } else {
                state.put(row.key(), row.value());
            }
        }
    }
}
