package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.projection.redis.Write.Phase;
import dev.cdcpipeline.testkit.RedisCluster;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows that move from place to place, and a pipeline that dies between any two writes of a batch, which is composed anew. */
class ClusterHistoryIT {
    private static final int KEYS = 30;
    private static final int PLACES = 8;
    private static final int STEPS = 250;
    private static final RowLayout KEY = new RowLayout(List.of("id"));
    private static final RowLayout ROW = new RowLayout(List.of("id", "val", "n"));

    record Item(long id, @Nullable String val, @Nullable Integer n) {}

    private static final SourceTable<Item> ITEMS = SourceTable.of("public.items", Item.class);

    private record Texts(RowLayout layout, List<@Nullable String> texts) implements Row {
        @Override
        public @Nullable Object value(int index) {
            String text = texts.get(index);
            return text == null || index == 1 ? text : index == 0 ? (Object) Long.valueOf(text) : Integer.valueOf(text);
        }

        @Override
        public @Nullable String text(int index) {
            return texts.get(index);
        }

        @Override
        public boolean isUnchanged(int index) {
            return false;
        }

        @Override
        public boolean hasUnchanged() {
            return false;
        }
    }

    private record TextChange(
            Operation operation, Row key, @Nullable Row after) implements Change<Row> {
        @Override
        public TableName table() {
            return ITEMS.name();
        }

        @Override
        public @Nullable Row before() {
            return null;
        }

        @Override
        public @Nullable Row previousKey() {
            return null;
        }

        @Override
        public boolean isUnchanged(String column) {
            return false;
        }

        @Override
        public Position position() {
            return new Position(1, 1, 0);
        }

        @Override
        public ChangeSource source() {
            return new ChangeSource("db0", table(), 1, Instant.EPOCH, position());
        }
    }

    private final Layout layout = Layout.cluster("shop", "cache");
    private final List<ShardProjection> projections = List.of(
            SetProjection.from(ITEMS).key("of:{val}").member("{id}").build().begin("db0"),
            SortedSetProjection.from(ITEMS)
                    .key("by-n:{val}")
                    .member("{id}")
                    .score("n")
                    .build()
                    .begin("db0"),
            CounterProjection.count(ITEMS).by("count:{val}").build().begin("db0"));
    private final List<Change<Row>> log = new ArrayList<>();
    private final TreeMap<Integer, String[]> rows = new TreeMap<>();
    private Random random = new Random();
    private long epoch;
    private long sequence;

    @Test
    void sets_scores_and_counters_are_exact_whatever_was_written_of_a_batch_before_a_crash() {
        long seed = System.nanoTime();
        random = new Random(seed);
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisAccess access = RedisAccess.ofCluster(
                    cluster.uris().stream().map(RedisURI::create).toList());
            ClusterStore store = open(access);
            int applied = 0;
            for (int step = 0; step < STEPS; step++) {
                for (int i = random.nextInt(8); i > 0; i--) {
                    change();
                }
                int to = applied + random.nextInt(log.size() - applied + 1);
                List<Write> writes = writes(store, log.subList(applied, to));
                int crash = random.nextInt(3) == 0 ? random.nextInt(Phase.values().length) : -1;
                if (crash >= 0) {
                    write(store, some(writes, Phase.values()[crash]));
                } else {
                    write(store, writes);
                    applied = to;
                }
                if (step % 100 == 99) {
                    store.close();
                    store = open(access);
                }
            }
            write(store, writes(store, log.subList(applied, log.size())));
            try (ClusterStore last = store) {
                assertThat(found(access)).as("seed " + seed).isEqualTo(expected());
                assertPlacesAreNoted(last);
            }
        }
    }

    private ClusterStore open(RedisAccess access) {
        ClusterStore store = new ClusterStore(access, layout, "[db0] target 'cache'", "db0", "db0");
        sequence = store.claim(new Epoch(++epoch)).sequence();
        return store;
    }

    private void write(ClusterStore store, List<Write> writes) {
        store.write(new Epoch(epoch), sequence++, Map.of("boundary", "b"), writes);
    }

    /** What may be there after a crash in a phase: everything before, and something of it. */
    private List<Write> some(List<Write> writes, Phase last) {
        return writes.stream()
                .filter(write -> write.phase().compareTo(last) < 0
                        || write.phase() == last && (write.slot() + sequence) % 2 == 0)
                .toList();
    }

    private void change() {
        int id = random.nextInt(KEYS);
        Row key = new Texts(KEY, List.of(Integer.toString(id)));
        boolean known = rows.containsKey(id);
        if (known && random.nextInt(4) == 0) {
            rows.remove(id);
            log.add(new TextChange(Operation.DELETE, key, null));
            return;
        }
        String[] row = {
            random.nextInt(10) == 0 ? null : "v" + random.nextInt(PLACES), Integer.toString(random.nextInt(100))
        };
        rows.put(id, row);
        Row after = new Texts(ROW, Arrays.asList(Integer.toString(id), row[0], row[1]));
        log.add(new TextChange(known ? Operation.UPDATE : Operation.CREATE, key, after));
    }

    /** As {@link RedisSession} does. */
    private List<Write> writes(ClusterStore store, List<Change<Row>> changes) {
        Writes writes = new Writes(layout);
        for (ShardProjection projection : projections) {
            RowFold fold = new RowFold(projection);
            changes.forEach(fold::add);
            List<String> rowIds = List.copyOf(fold.rows().keySet());
            List<@Nullable IndexedRow> before = store.indexed(projection.name(), rowIds);
            for (int i = 0; i < rowIds.size(); i++) {
                Change<Row> change = fold.rows().get(rowIds.get(i));
                if (change.operation() == Operation.DELETE) {
                    projection.remove(rowIds.get(i), change, before.get(i), writes);
                } else {
                    projection.put(rowIds.get(i), change, before.get(i), 0, writes);
                }
            }
        }
        return writes.all();
    }

    private Map<String, String> expected() {
        Map<String, TreeSet<String>> members = new TreeMap<>();
        Map<String, TreeMap<String, String>> scores = new TreeMap<>();
        rows.forEach((id, row) -> {
            if (row[0] != null) {
                members.computeIfAbsent(row[0], place -> new TreeSet<>()).add(id.toString());
                scores.computeIfAbsent(row[0], place -> new TreeMap<>()).put(id.toString(), row[1]);
            }
        });
        Map<String, String> expected = new TreeMap<>();
        members.forEach((place, ids) -> {
            expected.put("of:" + place, ids.toString());
            expected.put("count:" + place, Integer.toString(ids.size()));
            expected.put("by-n:" + place, scores.get(place).toString());
        });
        return expected;
    }

    private static Map<String, String> found(RedisAccess access) {
        Map<String, String> found = new TreeMap<>();
        try (RedisLink link = access.open()) {
            RedisClusterAsyncCommands<String, byte[]> commands = link.commands();
            for (int i = 0; i < PLACES; i++) {
                TreeSet<String> members = new TreeSet<>();
                Answers.await(commands.smembers("of:v" + i).toCompletableFuture())
                        .forEach(member -> members.add(new String(member)));
                if (!members.isEmpty()) {
                    found.put("of:v" + i, members.toString());
                }
                byte[] count = Answers.await(commands.get("count:v" + i).toCompletableFuture());
                if (count != null) {
                    found.put("count:v" + i, new String(count));
                }
                TreeMap<String, String> scores = new TreeMap<>();
                Answers.await(commands.zrangeWithScores("by-n:v" + i, 0, -1).toCompletableFuture())
                        .forEach(each ->
                                scores.put(new String(each.getValue()), Integer.toString((int) each.getScore())));
                if (!scores.isEmpty()) {
                    found.put("by-n:v" + i, scores.toString());
                }
            }
        }
        return found;
    }

    /** Every row of the index is noted beside its place as well, by which it is found if the index is lost. */
    private void assertPlacesAreNoted(ClusterStore store) {
        for (ShardProjection projection : projections) {
            TreeSet<String> indexed = new TreeSet<>();
            store.scan(projection.name(), (rowId, row) -> indexed.add(rowId + " " + row.places()));
            TreeSet<String> noted = new TreeSet<>();
            store.scanPlaces(projection.name(), (rowId, row) -> noted.add(rowId + " " + row.places()));
            assertThat(noted).as(projection.name()).containsAll(indexed).hasSizeGreaterThan(10);
        }
    }
}
