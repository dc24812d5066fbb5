package dev.cdcpipeline.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.testkit.PostgresSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Copies of pgbench's tables, made while its load runs, in which the balances must agree in every read and in the end. */
final class PgbenchRun {
    private static final int LEAST_BALANCES = 10;
    private static final Duration BESIDE_THE_FIRST_LOAD = Duration.ofSeconds(2);

    private PgbenchRun() {}

    /** {@code -Dpgbench.seconds} sets another length. */
    static void go(long seconds) throws Exception {
        Duration length = Duration.ofSeconds(Long.getLong("pgbench.seconds", seconds));
        try (CopyBench bench = new CopyBench(PostgresSource.shared())) {
            Pgbench.create(bench.source());
            CompletableFuture<Void> beside = CompletableFuture.runAsync(() -> load(bench, BESIDE_THE_FIRST_LOAD));
            try {
                bench.start(FirstLoad.SNAPSHOT, Pgbench.TABLES);
                try (BalanceReader reader = new BalanceReader(bench.target())) {
                    beside.join();
                    load(bench, length);
                    bench.awaitApplied(length.multipliedBy(5).plus(CopyBench.PATIENCE));
                    reader.assertAlwaysConsistent(LEAST_BALANCES);
                }
            } finally {
                beside.join();
            }
            try (TableComparison comparison = new TableComparison(bench.source(), bench.target())) {
                for (String table : Pgbench.TABLES) {
                    assertThat(comparison.asMultisets(table)).as(table).isEmpty();
                }
            }
        }
    }

    private static void load(CopyBench bench, Duration length) {
        try {
            Pgbench.load(bench.source(), length);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
