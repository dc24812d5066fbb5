package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.PipelineListener;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The JVM of one measurement of latency. It writes to the source and applies to the target, so that both ends have one clock.
 * One connection writes, so rows come in the order of their numbers, and it is enough to count those that are visible: for the
 * pipeline when a batch is committed, for the naive variant when its statement is. Prints a {@link LatencyResult} and ends.
 */
public final class LatencyMain {
    private static final int SETTLE_SECONDS = 5;
    private static final int PATIENCE_SECONDS = 60;

    private final Assignment run = Assignment.ofThisJvm();
    private final int rows = Math.toIntExact(run.changes());
    private final long[] visible = new long[rows];
    private final CountDownLatch all = new CountDownLatch(1);
    private int count;

    private LatencyMain() {}

    public static void main(String[] args) throws InterruptedException, SQLException {
        LatencyMain main = new LatencyMain();
        main.startVariant();
        System.out.println(
                main.measure(Integer.getInteger("bench.run.idleSeconds")).toLine());
        System.exit(0);
    }

    private void startVariant() throws SQLException, InterruptedException {
        PipelineListener listener = new PipelineListener() {
            @Override
            public void applied(BatchApplied batch) {
                nowVisible(batch.changes());
            }
        };
        if (run.variant() == Variant.PIPELINE) {
            WholePipeline.start(run, listener).awaitStreaming();
            return;
        }
        if (run.variant() == Variant.REDIS) {
            WholePipeline.start(run, OrderCache.target(OrderCache.uriOfThisJvm()), listener)
                    .awaitStreaming();
            return;
        }
        NaiveUpsert sink = new NaiveUpsert(run.connectToTarget());
        BareEngine.start(run, new BareEngine.Handler() {
            @Override
            public void change(SourceRecord event) {
                sink.apply(event);
                nowVisible(1);
            }

            @Override
            public void batchDone(int changes) {}
        });
    }

    private void nowVisible(int more) {
        long now = System.nanoTime();
        for (int i = 0; i < more; i++) {
            visible[count++] = now;
        }
        if (count == rows) {
            all.countDown();
        }
    }

    private LatencyResult measure(int idleSeconds) throws SQLException, InterruptedException {
        PacedWriter writer = new PacedWriter(rows);
        long cpu;
        long started;
        double perSecond;
        try (Connection source = run.connectToSource()) {
            awaitReader(source);
            cpu = DrainClock.cpuNanos();
            started = System.nanoTime();
            perSecond = writer.write(source, Settings.TRANSACTIONS_PER_SECOND);
        }
        if (!all.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("only " + count + " of " + rows + " rows became visible");
        }
        double busy = cpuPercent(cpu, started);
        int warmUp = Settings.WARM_UP_SECONDS * Settings.TRANSACTIONS_PER_SECOND;
        long[] latencies = new long[rows - warmUp];
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = visible[warmUp + i] - writer.committed(warmUp + i);
        }
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        cpu = DrainClock.cpuNanos();
        started = System.nanoTime();
        TimeUnit.SECONDS.sleep(idleSeconds);
        return LatencyResult.of(latencies, perSecond, busy, cpuPercent(cpu, started));
    }

    private static double cpuPercent(long cpuBefore, long started) {
        return 100.0 * (DrainClock.cpuNanos() - cpuBefore) / (System.nanoTime() - started);
    }

    private void awaitReader(Connection source) throws SQLException, InterruptedException {
        try (Statement statement = source.createStatement()) {
            boolean active = false;
            while (!active) {
                Thread.sleep(100);
                try (ResultSet result = statement.executeQuery("select count(*) from pg_replication_slots"
                        + " where active and slot_name = '" + run.slot() + "'")) {
                    result.next();
                    active = result.getInt(1) == 1;
                }
            }
        }
    }
}
