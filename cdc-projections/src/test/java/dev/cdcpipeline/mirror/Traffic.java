package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Concurrent writers of {@link Transactions}. They outlive the death of the server, and one that stops writing is an error.
 */
public final class Traffic implements AutoCloseable {
    /** Nothing that a server does to a healthy writer takes this long, its restart included. */
    private static final Duration STANDSTILL = Duration.ofSeconds(40);

    private final TestDatabase source;
    private final List<TrafficWriter> writers;

    /** What one of several writers writes. */
    @FunctionalInterface
    public interface Script {
        Transactions of(SplittableRandom seeds, int writer, int writers);
    }

    /**
     * Begins to write.
     *
     * @param pause between two transactions of a writer
     */
    public Traffic(TestDatabase source, long seed, int writers, Duration pause, Script script) {
        this.source = source;
        SplittableRandom seeds = new SplittableRandom(seed);
        PGSimpleDataSource bounded = bounded(source);
        this.writers = IntStream.range(0, writers)
                .mapToObj(i -> new TrafficWriter(
                        source.name() + "-" + i, bounded, script.of(seeds.split(), i, writers), pause))
                .toList();
    }

    /** Small and middle transactions, nothing that empties a table. */
    static Traffic calm(TestDatabase source, long seed, int writers, Duration pause) {
        return new Traffic(source, seed, writers, pause, random(60, false));
    }

    /** Everything. */
    static Traffic wild(TestDatabase source, long seed, int writers, Duration pause) {
        return new Traffic(source, seed, writers, pause, random(400, true));
    }

    private static Script random(int largest, boolean truncates) {
        return (seeds, writer, writers) -> new RandomTransactions(seeds, writer, writers, largest, truncates);
    }

    /** A writer that waits for a dead server, or for another writer, must find out by itself. */
    private static PGSimpleDataSource bounded(TestDatabase source) {
        PGSimpleDataSource bounded = new PGSimpleDataSource();
        bounded.setURL(source.jdbcUrl());
        bounded.setUser(source.source().username());
        bounded.setPassword(source.source().password());
        bounded.setConnectTimeout(5);
        bounded.setLoginTimeout(10);
        bounded.setSocketTimeout(20);
        bounded.setOptions("-c lock_timeout=5s -c deadlock_timeout=100ms -c statement_timeout=15s");
        return bounded;
    }

    /** Transactions committed so far. */
    public long committed() {
        return committedByWriter().stream().mapToLong(Long::longValue).sum();
    }

    List<Long> committedByWriter() {
        return writers.stream().map(TrafficWriter::committed).toList();
    }

    /** Lets the writers stand still between two transactions; returns when they do. */
    public void pause() {
        writers.forEach(TrafficWriter::pause);
        writers.forEach(TrafficWriter::awaitPaused);
    }

    /** Continues after {@link #pause()}. */
    public void resume() {
        writers.forEach(TrafficWriter::resume);
    }

    /** Each writer is alive and has committed something lately. */
    public void assertEveryoneWrites() {
        for (TrafficWriter writer : writers) {
            writer.assertNotFailed();
            if (writer.sinceCommit().compareTo(STANDSTILL) > 0) {
                throw new AssertionError(writer.describe() + "\nthe server's sessions:\n"
                        + String.join(
                                "\n",
                                source.queryStrings(
                                        "select concat_ws(' ', pid, state, wait_event_type, wait_event, 'blocked by',"
                                                + " pg_blocking_pids(pid), xact_start, query) from pg_stat_activity"
                                                + " where datname = current_database()")));
            }
        }
    }

    /** Stops the writers and reports what they could not do. */
    @Override
    public void close() {
        writers.forEach(TrafficWriter::stop);
        writers.forEach(TrafficWriter::awaitEnd);
        writers.forEach(TrafficWriter::assertNotFailed);
        assertThat(committed()).as("transactions committed").isPositive();
    }
}
