package dev.cdcpipeline.copy;

import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.testkit.PostgresSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random histories of tables that are altered, dropped and made again, in the same transactions as their rows are changed, are
 * followed by the copies. {@code -Daltered.seed} chooses others than those of every build, {@code -Daltered.tables} and {@code -Daltered.rounds} make it
 * larger: there is one history for each table in each round, and table n has the seed + n, so that one table's can be repeated
 * alone. {@code -Daltered.without} leaves some {@link Alteration}s out.
 */
@Tag("alone")
class AlteredTablesIT {
    private static final long SEED = Long.getLong("altered.seed", 400);
    private static final int TABLES = Integer.getInteger("altered.tables", 34);
    private static final int ROUNDS = Integer.getInteger("altered.rounds", 6);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<AlteredTable> tables = new ArrayList<>();

    @Test
    void copies_follow_tables_that_are_altered_also_over_restarts() throws Exception {
        System.out.println("AlteredTablesIT: -Daltered.seed=" + SEED);
        Random dice = new Random(SEED);
        try (CopyBench bench = new CopyBench(PostgresSource.shared());
                Connection connection = bench.source().dataSource().getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < TABLES; i++) {
                AlteredTable table = new AlteredTable("t" + i, SEED + i, alterations());
                table.create(connection);
                tables.add(table);
            }
            bench.source()
                    .execute("create publication cdc_copies_db0 for all tables"); // also those that are made again
            start(bench);
            for (int round = 0; round < ROUNDS; round++) {
                int restart = dice.nextInt(3);
                if (restart == 0) {
                    bench.stop();
                }
                for (AlteredTable table : tables) {
                    table.go(connection);
                }
                if (restart == 1) {
                    bench.stop(); // while it lags behind
                }
                follow(bench, "round " + round);
            }
        }
    }

    private static Set<Alteration> alterations() {
        Set<Alteration> alterations = EnumSet.allOf(Alteration.class);
        Stream.of(System.getProperty("altered.without", "").split(","))
                .filter(name -> !name.isEmpty())
                .map(Alteration::valueOf)
                .forEach(alterations::remove);
        return alterations;
    }

    private void start(CopyBench bench) throws InterruptedException {
        bench.start(FirstLoad.SNAPSHOT, tables.stream().map(AlteredTable::name).toList());
    }

    private void follow(CopyBench bench, String when) throws InterruptedException, SQLException {
        try {
            if (!bench.isStarted()) {
                start(bench);
            }
            bench.awaitApplied();
            assertCopied(bench, when);
        } catch (CdcException e) {
            tables.stream()
                    .filter(table -> (e.getMessage() + " ").contains("public." + table.name() + " "))
                    .findFirst()
                    .ifPresent(table -> fail(when + ", " + e.getMessage() + "\n" + explanation(table), e));
            throw e;
        }
    }

    /** Soon, because some alterations change rows without a word in the stream, and tables are loaded again then. */
    private void assertCopied(CopyBench bench, String when) throws SQLException {
        Map<AlteredTable, List<String>> different = new LinkedHashMap<>();
        tables.forEach(table -> different.put(table, List.of()));
        try (TableComparison comparison = new TableComparison(bench.source(), bench.target())) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                for (AlteredTable table : List.copyOf(different.keySet())) {
                    List<String> differences = comparison.asMultisets(table.name());
                    different.put(table, differences);
                    if (differences.isEmpty()) {
                        table.compared();
                        different.remove(table);
                    }
                }
                return different.isEmpty();
            });
        } catch (ConditionTimeoutException e) {
            fail(when + ", status " + bench.pipeline().status() + "\n"
                    + different.entrySet().stream()
                            .map(entry -> entry.getKey().name() + ": " + entry.getValue())
                            .collect(Collectors.joining("\n"))
                    + "\n" + explanation(different.keySet().iterator().next()));
        }
    }

    private static String explanation(AlteredTable table) {
        return "seed " + SEED + ", the history of " + table.name() + ":\n" + String.join("\n", table.history());
    }
}
