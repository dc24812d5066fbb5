package dev.cdcpipeline.internal.engine;

import static dev.cdcpipeline.internal.engine.SimulatedSource.TABLES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.dispatch.AssemblerLimits;
import dev.cdcpipeline.internal.dispatch.Delivery;
import dev.cdcpipeline.internal.dispatch.Dispatcher;
import dev.cdcpipeline.internal.dispatch.FailureSettings;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Recording;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.dispatch.StreamCounts;
import dev.cdcpipeline.internal.dispatch.StreamEvent;
import dev.cdcpipeline.internal.dispatch.TransactionAssembler;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.Relations;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories through assembler, dispatcher and load plan, with jumps back inside the engine, crashes before and after each
 * write, and writes of unknown outcome. Whatever happens, each target has every change once, in order, and in whole
 * transactions; and each table that was loaded equals the source's.
 */
class RandomHistoryTest {
    private static final int HISTORIES = 150;
    private static final int MAX_STARTS = 200;
    private static final int PIECE = 12;
    private static final int UNLIMITED = 1_000_000;

    /** The process dies. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void nothing_is_lost_doubled_reordered_or_torn(int targets) throws InterruptedException {
        for (int i = 0; i < HISTORIES; i++) {
            long seed = Long.getLong("seed", 1_000_000L * targets + i);
            try {
                new Campaign(new Random(seed), targets).run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed with -Dseed=" + seed + " and " + targets + " target(s)", e);
            }
        }
    }

    private static final class Campaign {
        private final Random random;
        private final SimulatedSource source;
        private final boolean inPieces;
        private final List<MemoryTarget> targets = new ArrayList<>();
        private final Map<MemoryTarget, Offset> seen = new HashMap<>();
        private final Map<MemoryTarget, Long> began = new HashMap<>();
        private int delivered;
        private int troubles = 25;

        Campaign(Random random, int count) {
            this.random = random;
            this.source = new SimulatedSource(random, 5 + random.nextInt(25));
            this.inPieces = random.nextInt(3) == 0;
            for (int i = 0; i < count; i++) {
                List<TableName> tables = new ArrayList<>(TABLES);
                tables.removeIf(table -> tables.size() > 1 && random.nextInt(3) == 0);
                targets.add(new MemoryTarget("t" + i, tables.toArray(TableName[]::new)));
            }
        }

        void run() throws InterruptedException {
            int starts = 0;
            while (!runEngine()) {
                assertThat(++starts).as("engine starts").isLessThan(MAX_STARTS);
            }
            for (MemoryTarget target : targets) {
                checkAgainstSource(target);
            }
        }

        /** Like ShardPreparation: who has no offset begins where the furthest behind is. */
        private PreparedShard prepare() {
            Offset first = targets.stream()
                    .flatMap(target -> target.stored().stream())
                    .min((a, b) -> a.position().compareTo(b.position()))
                    .map(behind -> new Offset(
                            behind.boundary(),
                            Position.boundary(behind.position().base()),
                            LoadState.none()))
                    .orElse(new Offset(
                            BoundaryText.of(source.start, 0, 0), Position.boundary(source.start), LoadState.none()));
            List<Session> sessions = new ArrayList<>();
            for (MemoryTarget target : targets) {
                // A target may be added later, once the others are under way.
                if (target.stored().isEmpty() && random.nextInt(3) == 0 && !sessions.isEmpty() && troubles > 0) {
                    continue;
                }
                Offset at = target.stored().orElse(first);
                began.putIfAbsent(target, at.position().base());
                Map<TableName, Map<String, Set<String>>> tables = new TreeMap<>();
                target.tables().forEach(table -> tables.put(table.name(), target.fills(table.name())));
                target.stands(at.withLoad(at.load().wanting(tables, TableLoad.PENDING)));
                sessions.add(new Session(target, target.open()));
            }
            return new PreparedShard(
                    new CapturedTables(Map.of(), Set.of(), Map.of(), Map.of()),
                    Relations.of(Set.of()),
                    sessions,
                    LoadPlan.of(sessions));
        }

        /** Whether it came to the end of the history with every table loaded. */
        private boolean runEngine() throws InterruptedException {
            PreparedShard prepared = prepare();
            Map<TableName, TableLoad> results = new HashMap<>();
            Recording listener = new Recording();
            TransactionAssembler assembler = new TransactionAssembler(
                    prepared.start(),
                    new AssemblerLimits(inPieces ? PIECE : UNLIMITED, UNLIMITED),
                    BoundaryText::of,
                    table -> results.getOrDefault(table, TableLoad.FAILED),
                    new StreamCounts());
            Dispatcher dispatcher = new Dispatcher(
                    prepared.sessions(), rows -> Map.of(), FailureSettings.standard(), listener.retries(), listener);
            String engineOffset = prepared.engineOffset();
            List<StreamEvent> events = connect(engineOffset, results);
            int next = 0;
            try {
                while (next < events.size()) {
                    int batch = Math.min(events.size() - next, 1 + random.nextInt(9));
                    for (StreamEvent event : events.subList(next, next + batch)) {
                        delivered = Math.max(delivered, (int) event.transactionId());
                        assembler.accept(event);
                    }
                    next += batch;
                    plantTrouble();
                    Delivery delivery = assembler.endOfBatch();
                    dispatcher.dispatch(delivery);
                    checkOffsets();
                    engineOffset = BoundaryText.engineOffset(
                            dispatcher.furthestBehind().boundary(),
                            delivery.load() == null ? null : delivery.load().text());
                    if (random.nextInt(25) == 0 && troubles-- > 0) {
                        events = connect(engineOffset, results);
                        next = 0;
                    }
                }
            } catch (Crash e) {
                checkOffsets();
                return false;
            }
            return prepared.sessions().size() == targets.size()
                    && targets.stream()
                            .allMatch(target -> target.stored()
                                    .orElseThrow()
                                    .load()
                                    .pending()
                                    .isEmpty());
        }

        private List<StreamEvent> connect(String engineOffset, Map<TableName, TableLoad> results) {
            results.clear();
            return new SimulatedConnector(source, random, engineOffset, delivered, results).events();
        }

        private void plantTrouble() {
            for (MemoryTarget target : targets) {
                target.worksAgain();
                if (random.nextInt(40) == 0 && troubles-- > 0) {
                    boolean crash = random.nextBoolean();
                    target.fails(() -> crash ? new Crash() : new TransientFailure("away"), random.nextBoolean());
                }
            }
        }

        private void checkOffsets() {
            for (MemoryTarget target : targets) {
                Offset now = target.stored().orElse(null);
                if (now == null) {
                    continue;
                }
                Offset last = seen.put(target, now);
                assertThat(BoundaryText.lsn(now.boundary()))
                        .isEqualTo(now.position().base());
                if (last != null) {
                    assertThat(now.position()).isGreaterThanOrEqualTo(last.position());
                }
                checkNothingIsTorn(target);
            }
        }

        private void checkNothingIsTorn(MemoryTarget target) {
            Map<Long, Long> rows = target.applied().stream()
                    .filter(change -> change.operation() != Operation.READ)
                    .collect(Collectors.groupingBy(change -> change.source().transactionId(), Collectors.counting()));
            rows.forEach((id, count) -> {
                SimulatedSource.Transaction transaction = source.transactions.get(id.intValue() - 1);
                if (!inPieces || transaction.rows().size() < PIECE) {
                    assertThat(count).isEqualTo(reference(target, transaction).size());
                }
            });
        }

        private static List<String> reference(MemoryTarget target, SimulatedSource.Transaction transaction) {
            Set<TableName> tables =
                    target.tables().stream().map(SourceTable::name).collect(Collectors.toSet());
            return transaction.rows().stream()
                    .filter(row -> tables.contains(row.table()))
                    .map(row -> row.operation() + " " + row.table() + " " + row.key() + "=" + row.value())
                    .toList();
        }

        private void checkAgainstSource(MemoryTarget target) {
            List<String> expected = source.transactions.stream()
                    .filter(transaction ->
                            Long.compareUnsigned(transaction.base(), Objects.requireNonNull(began.get(target))) >= 0)
                    .flatMap(transaction -> reference(target, transaction).stream())
                    .toList();
            List<String> applied = target.applied().stream()
                    .filter(change -> change.operation() != Operation.READ)
                    .map(change -> change.operation() + " " + change.table() + " " + key(change) + "=" + value(change))
                    .toList();
            assertThat(applied).isEqualTo(expected);
            for (SourceTable<?> table : target.tables()) {
                Map<String, String> rows = new TreeMap<>();
                target.applied().stream()
                        .filter(change -> change.table().equals(table.name()))
                        .forEach(change -> rows.compute(key(change), (key, old) -> value(change)));
                assertThat(rows)
                        .as("%s of %s", table.name(), target.name())
                        .isEqualTo(source.table(table.name(), source.transactions.size(), 0));
            }
        }

        private static String key(Change<Row> change) {
            return String.valueOf(Objects.requireNonNull(change.key()).value("id"));
        }

        private static @Nullable String value(Change<Row> change) {
            Row after = change.after();
            return after == null ? null : String.valueOf(after.value("value"));
        }
    }
}
