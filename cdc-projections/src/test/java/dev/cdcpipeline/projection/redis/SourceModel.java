package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A table of orders in one shard that changes at random, and its log. */
final class SourceModel {
    private static final int KEYS = 20;
    private static final String[] CUSTOMERS = {"Ann", "Bob", "", "a\u001fb", null};
    private static final String[] STATES = {"new", "paid", "done"};

    private final Random random;
    private final Changes orders;
    private final TreeMap<Integer, @Nullable String[]> rows = new TreeMap<>();
    private final List<List<Change<Row>>> log = new ArrayList<>();

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

    /** Customer, status and cents of each row, by id. */
    Map<Integer, @Nullable String[]> rows() {
        return rows;
    }

    /** What a load reads, in two chunks. */
    List<List<Change<Row>>> chunks() {
        return List.of(reads(rows.headMap(KEYS / 2)), reads(rows.tailMap(KEYS / 2)));
    }

    private List<Change<Row>> reads(Map<Integer, @Nullable String[]> some) {
        return some.entrySet().stream()
                .map(entry -> orders.read(values(entry.getKey(), entry.getValue())))
                .toList();
    }

    void change() {
        int id = random.nextInt(KEYS);
        int what = random.nextInt(100);
        if (what == 0) {
            rows.clear();
            log(orders.truncate());
        } else if (!rows.containsKey(id)) {
            rows.put(id, row());
            log(orders.create(values(id, rows.get(id))));
        } else if (what < 50) {
            rows.put(id, row());
            log(orders.update(values(id, rows.get(id))));
        } else if (what < 75) {
            rows.remove(id);
            log(orders.delete(Integer.toString(id)));
        } else {
            move(id, random.nextInt(KEYS));
        }
    }

    private void move(int id, int to) {
        if (!rows.containsKey(to)) {
            rows.put(to, rows.remove(id));
            log(orders.delete(Integer.toString(id)), orders.create(values(to, rows.get(to))));
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void log(Change<Row>... changes) {
        log.add(Arrays.asList(changes));
    }

    private @Nullable String[] row() {
        return new @Nullable String[] {
            CUSTOMERS[random.nextInt(CUSTOMERS.length)],
            STATES[random.nextInt(STATES.length)],
            Integer.toString(random.nextInt(7) - 3)
        };
    }

    private static @Nullable String[] values(int id, @Nullable String[] row) {
        return new @Nullable String[] {Integer.toString(id), row[0], row[1], row[2]};
    }
}
