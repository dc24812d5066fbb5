package dev.cdcpipeline.mirror;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.CrashPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Mirrors tables {@code a}, {@code b} and {@code c} of every shard into {@code a_view}, {@code b_view}, {@code c_view}, and logs
 * every streamed change, in the order of application, to {@code applied}. It can be stopped dead at these crash points:
 * {@value #IN_TRANSACTION} (at each change, before the commit), {@value #APPLIED} (a batch with changes is committed, the engine
 * is not told), {@value #ACKNOWLEDGED} (the engine is told), {@value #HEARTBEAT_FIRST} (committed, and a transaction in it was
 * found complete by a heartbeat before its own END), {@value #ROWS_MISSING} (the end of one of the transactions
 * {@code mirror.commits} is committed without a change, which must never be) and {@value #TABLE_LOADED} (the last row of a table is
 * read, and that is committed), and with {@code mirror.steps} at {@value #STEP} (each change as at {@value #IN_TRANSACTION}, and all of
 * {@link SteppedDataSource}). {@code mirror.go} names a file: the pipeline is started when it is there. {@code mirror.stand} is
 * the number of a change at which it prints {@value #STANDING} and stands still, in the middle of the transaction, until the whole
 * process has been paused; {@code mirror.standAfter} the number of a batch with changes after whose commit it does so.
 */
public final class MirrorMain {
    static final String IN_TRANSACTION = "in-transaction";
    static final String APPLIED = "applied";
    static final String ACKNOWLEDGED = "acknowledged";
    static final String HEARTBEAT_FIRST = "heartbeat-first";
    static final String ROWS_MISSING = "rows-missing";
    static final String TABLE_LOADED = "table-loaded";
    static final String STEP = "step";
    public static final String STANDING = "standing still";
    static final String PIPELINE = "mirror";
    /** The projection that logs every streamed change, and its table. */
    static final String LOG = "applied";

    static final List<String> TABLES = List.of("a", "b", "c");

    /** A row of each of the three tables. */
    public record Item(
            long id, @Nullable String val, @Nullable Integer n) {}

    private static final boolean STEPS = Integer.getInteger("mirror.steps", 0) > 0;
    private static final long STAND_AT = Long.getLong("mirror.stand", 0);
    private static final long STAND_AFTER = Long.getLong("mirror.standAfter", 0);
    private static final AtomicLong CHANGES = new AtomicLong();
    private static final Duration BLINK = Duration.ofMillis(10);
    private static final Duration NO_BLINK = Duration.ofSeconds(2);

    private MirrorMain() {}

    public static void main(String[] args) throws InterruptedException {
        AtomicReference<CdcPipeline> running = new AtomicReference<>();
        try (HikariDataSource readModel = pool()) {
            DataSource used = STEPS ? SteppedDataSource.of(readModel, STEP) : readModel;
            CdcPipeline pipeline = pipeline(used, new CrashingListener(running));
            running.set(pipeline);
            awaitGo();
            Runtime.getRuntime().addShutdownHook(new Thread(pipeline::close));
            pipeline.start();
            System.out.println("started");
            pipeline.awaitLoaded(Duration.ofMinutes(10));
            System.out.println("loaded");
            pipeline.awaitTermination();
        }
    }

    private static void awaitGo() {
        Path go = Path.of(System.getProperty("mirror.go", "."));
        System.out.println("ready");
        while (Files.notExists(go)) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    private static HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(property("mirror.target"));
        config.setUsername(property("mirror.user"));
        config.setPassword(property("mirror.password"));
        config.setMaximumPoolSize(6);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** The views of the three tables, and the log. */
    static JdbcTarget target(DataSource readModel) {
        JdbcTarget target = JdbcTarget.named("mirror", readModel);
        HandlerProjection log = HandlerProjection.named(LOG);
        for (String name : TABLES) {
            SourceTable<Item> table = SourceTable.of("public." + name, Item.class);
            target = target.project(UpsertProjection.from(table)
                    .into(name + "_view")
                    .shardColumn("shard")
                    .build());
            log = log.on(table, MirrorMain::log);
        }
        return target.project(log);
    }

    private static CdcPipeline pipeline(DataSource readModel, PipelineListener listener) {
        CdcPipelineBuilder builder = CdcPipeline.builder()
                .name(PIPELINE)
                .offsets(JdbcOffsets.in(readModel))
                .target(target(readModel))
                .listener(listener)
                .leaseTime(Duration.ofMillis(Integer.getInteger("mirror.lease", 1000)))
                .batchSize(Integer.getInteger("mirror.batchSize", 2048))
                .maxTransactionRows(Integer.getInteger("mirror.maxTransactionRows", 50_000));
        for (String shard : property("mirror.shards").split(",")) {
            builder.shard(PostgresShard.named(shard)
                    .host(property("mirror." + shard + ".host"))
                    .port(Integer.getInteger("mirror." + shard + ".port"))
                    .database(property("mirror." + shard + ".database"))
                    .user(property("mirror.user"))
                    .password(property("mirror.password"))
                    .heartbeat(Duration.ofMillis(Integer.getInteger("mirror.heartbeat", 200)))
                    .firstLoad(FirstLoad.valueOf(System.getProperty("mirror.firstLoad", "INCREMENTAL")))
                    .build());
        }
        return builder.build();
    }

    private static void log(Change<Item> change, Handle handle) {
        CrashPoint.reached(IN_TRANSACTION);
        if (STEPS) {
            CrashPoint.reached(STEP);
        }
        if (change.operation() == Operation.READ) {
            return;
        }
        if (CHANGES.incrementAndGet() == STAND_AT) {
            standUntilPaused();
        }
        Item item = change.after();
        handle.execute(
                "insert into applied(shard, tab, op, id, val, n, txid, pos, pid) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                change.source().shard(),
                change.table().name(),
                change.operation().name(),
                change.key() == null ? null : change.key().value("id"),
                item == null ? null : item.val(),
                item == null ? null : item.n(),
                change.source().transactionId(),
                change.position().toString(),
                ProcessHandle.current().pid());
    }

    /** Says so and stands still. A blink that took long is how a process notices that it was paused. */
    public static void standUntilPaused() {
        System.out.println(STANDING);
        long blink = 0;
        while (blink < NO_BLINK.toNanos()) {
            long before = System.nanoTime();
            LockSupport.parkNanos(BLINK.toNanos());
            blink = System.nanoTime() - before;
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    private static final class CrashingListener implements PipelineListener {
        private static final Set<String> COMMITS =
                Set.of(System.getProperty("mirror.commits", "").split(","));

        private final AtomicReference<CdcPipeline> running;
        private final AtomicLong batches = new AtomicLong();
        private final Map<String, ShardStatus> last = new ConcurrentHashMap<>();
        private final Map<String, Long> printed = new ConcurrentHashMap<>();

        CrashingListener(AtomicReference<CdcPipeline> running) {
            this.running = running;
        }

        @Override
        public void applied(BatchApplied batch) {
            ShardStatus now = running.get().status().shard(batch.shard());
            ShardStatus before = last.put(batch.shard(), now);
            boolean heartbeatFirst = completedByHeartbeat(now) > completedByHeartbeat(before);
            if (batch.changes() == 0
                    && COMMITS.contains(Long.toString(batch.position().base()))) {
                CrashPoint.reached(ROWS_MISSING);
            }
            if (before != null && tablesLoaded(now) > tablesLoaded(before)) {
                CrashPoint.reached(TABLE_LOADED);
            }
            if (batch.changes() > 0) {
                CrashPoint.reached(APPLIED);
                if (batches.incrementAndGet() == STAND_AFTER) {
                    standUntilPaused();
                }
            }
            if (heartbeatFirst) {
                CrashPoint.reached(HEARTBEAT_FIRST);
            }
        }

        @Override
        public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
            System.out.println(shard + " " + from + " -> " + to + " " + reason);
        }

        @Override
        public void leaseLost(String shard, String reason) {
            System.out.println(shard + " lease lost: " + reason);
        }

        @Override
        public void acknowledged(String shard) {
            ShardStatus now = running.get().status().shard(shard);
            print(shard, "rows read", rowsRead(now));
            print(shard, "transactions in pieces", now.counters().transactionsInPieces());
            CrashPoint.reached(ACKNOWLEDGED);
        }

        private void print(String shard, String what, long value) {
            if (!Objects.equals(printed.put(shard + what, value), value)) {
                System.out.println(shard + " " + what + ": " + value);
            }
        }

        private static long completedByHeartbeat(@Nullable ShardStatus status) {
            return status == null ? 0 : status.counters().completedByHeartbeat();
        }

        private static long tablesLoaded(ShardStatus status) {
            return status.load().stream()
                    .filter(table -> !table.load().isUnread())
                    .count();
        }

        private static long rowsRead(ShardStatus status) {
            return status.load().stream().mapToLong(LoadProgress::rowsRead).sum();
        }
    }
}
