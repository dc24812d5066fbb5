package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes heartbeats into the source's log beside an engine that starts where someone's non-transactional message lies ahead. The
 * engine ends at the first idle moment after such a message, before its own heartbeat; with a transaction behind the message it
 * does not, and the boundary moves past it.
 */
final class StreamNudge {
    private static final Logger LOG = LoggerFactory.getLogger(StreamNudge.class);
    private static final Duration LONGEST = Duration.ofSeconds(3);
    private static final long PAUSE_MILLIS = 20;

    private StreamNudge() {}

    /** Begins, on a thread of its own, and ends by itself when it is not needed any more or after a few seconds. */
    static void begin(PostgresShard shard, String name, BooleanSupplier isNeeded) {
        Thread thread = new Thread(() -> nudge(shard, isNeeded), name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void nudge(PostgresShard shard, BooleanSupplier isNeeded) {
        long began = System.nanoTime();
        try (SourceConnection source = SourceConnection.open(shard)) {
            while (isNeeded.getAsBoolean() && System.nanoTime() - began < LONGEST.toNanos()) {
                source.heartbeat();
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (CdcException e) {
            LOG.debug("[{}] no heartbeat could be written", shard.id(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
