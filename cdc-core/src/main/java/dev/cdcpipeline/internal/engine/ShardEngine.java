package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of one Debezium engine. Debezium's own close() blocks, throws while the engine starts, and throws after it has
 * ended; {@link #requestStop} returns at once and may be called at any time, any number of times, by any thread.
 */
final class ShardEngine {
    private static final Logger LOG = LoggerFactory.getLogger(ShardEngine.class);
    private static final long ASK_AGAIN_MILLIS = 50;

    private final String name;
    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final AtomicBoolean stopRequested = new AtomicBoolean();
    private final Runnable hindrance;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;

    /** @param hindrance ends what the engine's start may be waiting for; called, perhaps often, when it is to stop meanwhile */
    ShardEngine(String name, Properties properties, BatchHandler handler, Runnable hindrance) {
        this.name = name;
        this.hindrance = hindrance;
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using(ShardEngine.class.getClassLoader())
                .using(OffsetCommitPolicy.always())
                .using(this::completed)
                .notifying(handler)
                .build();
    }

    private void completed(boolean success, @Nullable String message, @Nullable Throwable error) {
        if (!success) {
            failure = error != null ? error : new CdcException(message == null ? "the engine ended" : message);
        }
    }

    /** Runs the engine on the calling thread until it ends; what ended it, or null if it was asked to. */
    @Nullable
    Throwable run() {
        try {
            engine.run();
        } finally {
            ended.countDown();
        }
        return stopRequested.get() ? null : failure;
    }

    boolean isStopRequested() {
        return stopRequested.get();
    }

    /** Asks the engine to end. {@link #run} returns when it has. */
    void requestStop() {
        if (stopRequested.compareAndSet(false, true)) {
            Thread stopper = new Thread(this::closeOnceItCanBe, name + "-stop");
            stopper.setDaemon(true);
            stopper.start();
        }
    }

    /** Debezium refuses to close while its task starts; so it is asked until it takes it, or has ended by itself. */
    private void closeOnceItCanBe() {
        try {
            do {
                try {
                    engine.close();
                    return;
                } catch (IllegalStateException e) {
                    LOG.debug("{} cannot be closed now: {}", name, e.getMessage());
                    hindrance.run();
                }
            } while (!ended.await(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS));
        } catch (IOException e) {
            LOG.warn("{} reported an error while it was closed", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
