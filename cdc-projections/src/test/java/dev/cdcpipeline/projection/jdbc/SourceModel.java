package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A table that changes at random, its log, and what an incremental snapshot would read of it. */
final class SourceModel {
    static final int KEYS = 24;

    /** What one chunk has read; the table may have changed between the two places of the log. */
    record Chunk(int from, int low, int high, Map<Integer, String[]> rows) {}

    private final Random random;
    private final Changes orders;
    private final TreeMap<Integer, String[]> rows = new TreeMap<>();
    private final List<List<Change<Row>>> log = new ArrayList<>();
    private final List<Set<Integer>> touched = new ArrayList<>();
    private int values;

    SourceModel(Random random, Changes orders) {
        this.random = random;
        this.orders = orders;
    }

    int head() {
        return log.size();
    }

    List<Change<Row>> changes(int from, int to) {
        List<Change<Row>> changes = new ArrayList<>();
        log.subList(from, to).forEach(changes::addAll);
        return changes;
    }

    /** {@code id|customer|note} of each row, by id. */
    List<String> rows() {
        return rows.entrySet().stream()
                .map(entry -> entry.getKey() + "|" + String.join("|", entry.getValue()))
                .toList();
    }

    void change() {
        int key = random.nextInt(KEYS);
        String[] row = rows.get(key);
        int what = random.nextInt(100);
        if (what == 0) {
            rows.clear();
            Set<Integer> all = new HashSet<>();
            for (int each = 0; each < KEYS; each++) {
                all.add(each);
            }
            log(all, orders.truncate());
        } else if (row == null) {
            String[] created = {value(), value()};
            rows.put(key, created);
            log(Set.of(key), orders.create(text(key), created[0], "x", created[1]));
        } else if (what < 35) {
            String[] updated = {value(), row[1]};
            rows.put(key, updated);
            log(Set.of(key), orders.update(text(key), updated[0], "x", TextRow.UNCHANGED));
        } else if (what < 55) {
            String[] updated = {value(), value()};
            rows.put(key, updated);
            log(Set.of(key), orders.update(text(key), updated[0], "x", updated[1]));
        } else if (what < 80) {
            rows.remove(key);
            log(Set.of(key), orders.delete(text(key)));
        } else {
            move(key, row);
        }
    }

    private void move(int key, String[] row) {
        int to = random.nextInt(KEYS);
        if (rows.containsKey(to)) {
            return;
        }
        boolean whole = random.nextInt(4) == 0;
        String[] moved = {value(), whole ? value() : row[1]};
        rows.remove(key);
        rows.put(to, moved);
        log(
                Set.of(key, to),
                orders.delete(text(key)),
                orders.createMoved(text(key), text(to), moved[0], "x", whole ? moved[1] : TextRow.UNCHANGED));
    }

    /** Reads some keys, perhaps while the table changes. */
    Chunk read(int from, int size) {
        int low = head();
        changeSome();
        Map<Integer, String[]> read = new TreeMap<>(rows.subMap(from, from + size));
        changeSome();
        return new Chunk(from, low, head(), read);
    }

    private void changeSome() {
        for (int i = random.nextInt(3); i > 0; i--) {
            change();
        }
    }

    /** Its rows; {@code ahead} of the stream nobody has seen what was changed meanwhile, and nothing is left out. */
    List<Change<Row>> reads(Chunk chunk, boolean ahead) {
        Set<Integer> changed = new HashSet<>();
        if (!ahead) {
            touched.subList(chunk.low(), chunk.high()).forEach(changed::addAll);
        }
        return chunk.rows().entrySet().stream()
                .filter(entry -> !changed.contains(entry.getKey()))
                .map(entry -> orders.read(text(entry.getKey()), entry.getValue()[0], "x", entry.getValue()[1]))
                .toList();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void log(Set<Integer> keys, Change<Row>... changes) {
        log.add(Arrays.asList(changes));
        touched.add(keys);
    }

    private static String text(int key) {
        return Integer.toString(key);
    }

    private String value() {
        return "v" + values++;
    }
}
