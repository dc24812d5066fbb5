package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.mirror.OffsetSteps;
import dev.cdcpipeline.monitor.ShardState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The connection that the log is read from is cut every second, by the server, while the source is busy. */
@Tag("alone")
class WalsenderKillsIT {
    private static final Duration SIEGE = Duration.ofSeconds(15);

    @Test
    void nothing_is_lost_or_doubled_and_the_slot_is_never_ahead_when_the_walsender_is_killed_every_second()
            throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline =
                    bench.startLoaded(bench.builder().batchSize(50).target(bench.mirror()));
            OffsetSteps steps = OffsetSteps.noteIn(bench.readModel());
            SlotWatch watch = bench.keep(new SlotWatch(bench));
            try (Traffic traffic = Traffic.on(bench.source())) {
                List<Long> progress = new ArrayList<>();
                int kills = siege(bench, progress);

                assertThat(kills).as("walsenders killed").isGreaterThanOrEqualTo(4);
                assertThat(progress.stream().distinct().count())
                        .as("different numbers of applied changes seen after each kill: %s", progress)
                        .isGreaterThanOrEqualTo(kills / 2);
                assertThat(traffic.commits()).isGreaterThan(300);
            }
            bench.awaitApplied(pipeline);

            watch.close();
            assertThat(watch.looks()).as("looks at the slot").isGreaterThan(100);
            assertThat(watch.distinctFlushes()).as("acknowledgements seen").isGreaterThan(5);
            assertThat(watch.violation())
                    .as("slot ahead of the stored boundary")
                    .isNull();
            steps.assertNoneBack();

            bench.assertExact();
            assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING);
            assertThat(bench.status(pipeline).counters().wentBack())
                    .as("times the stream was read again")
                    .isPositive();
        }
    }

    /** Kills the walsender every second, and notes how far the read model is then; returns the number of kills. */
    private static int siege(Bench bench, List<Long> progress) throws InterruptedException {
        AtomicInteger kills = new AtomicInteger();
        ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
        killer.scheduleAtFixedRate(
                () -> {
                    kills.addAndGet((int) bench.source()
                            .queryLong("select count(pg_terminate_backend(active_pid))"
                                    + " from pg_replication_slots where database = current_database() and active"));
                    progress.add(bench.readModel().queryLong("select count(*) from applied"));
                },
                1,
                1,
                TimeUnit.SECONDS);
        killer.schedule(killer::shutdownNow, SIEGE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(killer.awaitTermination(SIEGE.toSeconds() + 30, TimeUnit.SECONDS))
                .isTrue();
        return kills.get();
    }

    /** Looks again and again: with the offset's row locked, what is acknowledged to the slot must not be beyond it. */
    private static final class SlotWatch implements AutoCloseable {
        private static final String BOUNDARY =
                "select (boundary::json ->> 'lsn_commit')::numeric from cdc_offset where shard = 'db0' for update";
        private static final String FLUSHED = "select confirmed_flush_lsn - '0/0'::pg_lsn from pg_replication_slots"
                + " where database = current_database()";

        private final Thread thread;
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicReference<@Nullable String> violation = new AtomicReference<>();
        private final java.util.Set<Long> flushes = new java.util.HashSet<>();
        private volatile boolean stopped;

        SlotWatch(Bench bench) {
            thread = new Thread(() -> watch(bench), "slot-watch");
            thread.start();
        }

        private void watch(Bench bench) {
            try (var target = bench.readModel().dataSource().getConnection();
                    var source = bench.source().dataSource().getConnection()) {
                target.setAutoCommit(false);
                while (!stopped) {
                    long boundary = number(target, BOUNDARY);
                    long flushed = number(source, FLUSHED);
                    target.commit();
                    flushes.add(flushed);
                    looks.incrementAndGet();
                    if (flushed > boundary) {
                        violation.compareAndSet(null, "acknowledged " + flushed + ", stored " + boundary);
                    }
                    Thread.sleep(10);
                }
            } catch (java.sql.SQLException | InterruptedException e) {
                violation.compareAndSet(null, "the watch failed: " + e);
            }
        }

        private static long number(java.sql.Connection connection, String query) throws java.sql.SQLException {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(query)) {
                rows.next();
                return rows.getLong(1);
            }
        }

        int looks() {
            return looks.get();
        }

        int distinctFlushes() {
            return flushes.size();
        }

        @Nullable
        String violation() {
            return violation.get();
        }

        @Override
        public void close() {
            stopped = true;
            Bench.join(thread);
        }
    }
}
