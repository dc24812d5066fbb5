package dev.cdcpipeline.internal.bridge;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The message that the stream is being read at, while Debezium makes records of it: a row, or the begin or commit of a transaction.
 * For the thread that reads the stream only.
 */
final class StreamedMessage {
    private @Nullable Thread reader;
    private @Nullable Relation relation;
    private long transactionId;
    private Instant commitTime = Instant.EPOCH;

    /** @param of what a row is a row of; null for the transaction itself */
    void begin(@Nullable Relation of, long in, Instant committed) {
        relation = of;
        transactionId = in;
        commitTime = committed;
        reader = Thread.currentThread();
    }

    void end() {
        reader = null;
    }

    /** Whether one is being read, by this thread. */
    boolean isHere() {
        return reader == Thread.currentThread();
    }

    @Nullable
    Relation relation() {
        return relation;
    }

    /** Of the transaction that was read last; 0 before the first one. */
    long transactionId() {
        return transactionId;
    }

    Instant commitTime() {
        return commitTime;
    }
}
