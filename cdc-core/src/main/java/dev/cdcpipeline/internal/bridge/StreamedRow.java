package dev.cdcpipeline.internal.bridge;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The row that the stream is being read at, while Debezium makes a record of it. For the thread that reads the stream only. */
final class StreamedRow {
    private @Nullable Thread reader;
    private @Nullable Relation relation;
    private long transactionId;
    private Instant commitTime = Instant.EPOCH;

    void begin(Relation of, long in, Instant committed) {
        reader = Thread.currentThread();
        relation = of;
        transactionId = in;
        commitTime = committed;
    }

    void end() {
        relation = null;
    }

    /** What the row is a row of; null if no row is being read, or to another thread. */
    @Nullable
    Relation relation() {
        return reader == Thread.currentThread() ? relation : null;
    }

    long transactionId() {
        return transactionId;
    }

    Instant commitTime() {
        return commitTime;
    }
}
