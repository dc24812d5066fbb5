package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetSession;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;
import java.util.function.Consumer;

/**
 * The JVM that compares writers of Redis: it captures changes from a source once and writes them again and again, in turns, each time
 * into an empty server. Prints a {@link WriteResult} for each turn but the first, which warms up, and ends.
 */
public final class RedisWriteMain {
    private static final int BATCH = 2048;

    private final String uri;
    private final RedisClient client;
    private final CapturedChanges captured;

    private RedisWriteMain(String uri, RedisClient client, CapturedChanges captured) {
        this.uri = uri;
        this.client = client;
        this.captured = captured;
    }

    public static void main(String[] args) throws InterruptedException {
        Assignment run = Assignment.ofThisJvm();
        CapturedChanges captured = new CapturedChanges(run.changes());
        try (WholePipeline pipeline = WholePipeline.start(run, captured, PipelineListener.NONE)) {
            pipeline.awaitStreaming();
            captured.await();
        }
        String uri = OrderCache.uriOfThisJvm();
        try (RedisClient client = RedisClient.create(uri)) {
            new RedisWriteMain(uri, client, captured)
                    .run(Integer.getInteger("bench.run.rounds"), Long.getLong("bench.run.naiveChanges"));
        }
        System.exit(0);
    }

    private void run(int rounds, long naiveChanges) {
        List<ChangeBatch> batches = captured.batches(BATCH);
        List<ChangeBatch> some =
                batches.subList(0, Math.toIntExact(Math.min(batches.size(), 1 + naiveChanges / BATCH)));
        Target target = OrderCache.target(uri);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            NaiveSet naive = new NaiveSet(connection.sync());
            for (int round = 0; round <= rounds; round++) {
                connection.sync().flushall();
                WriteResult ours;
                try (TargetSession session = target.open(captured.context())) {
                    ours = measure(connection, batches, batch -> session.apply(batch, captured.behind(batch)));
                }
                connection.sync().flushall();
                WriteResult theirs = measure(connection, some, naive::apply);
                if (round > 0) {
                    System.out.println(ours.toLine(Variant.REDIS));
                    System.out.println(theirs.toLine(Variant.NAIVE));
                }
            }
        }
    }

    private static WriteResult measure(
            StatefulRedisConnection<String, String> connection,
            List<ChangeBatch> batches,
            Consumer<ChangeBatch> writer) {
        double serverCpu = serverCpuMicros(connection);
        long cpu = DrainClock.cpuNanos();
        long start = System.nanoTime();
        batches.forEach(writer);
        double nanos = System.nanoTime() - start;
        double changes =
                batches.stream().mapToInt(batch -> batch.changes().size()).sum();
        return new WriteResult(
                changes * 1e9 / nanos,
                (DrainClock.cpuNanos() - cpu) / 1e3 / changes,
                (serverCpuMicros(connection) - serverCpu) / changes);
    }

    private static double serverCpuMicros(StatefulRedisConnection<String, String> connection) {
        return connection
                .sync()
                .info("cpu")
                .lines()
                .filter(line -> line.startsWith("used_cpu_user:") || line.startsWith("used_cpu_sys:"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)) * 1e6)
                .sum();
    }
}
