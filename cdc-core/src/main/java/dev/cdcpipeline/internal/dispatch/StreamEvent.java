package dev.cdcpipeline.internal.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * One record of the stream, without anything of Debezium.
 *
 * @param kind what it is
 * @param base the end of the last commit before it; for {@link Kind#END} that of its own transaction
 * @param transactionId the source's number of the transaction it belongs to
 * @param commitMicros commit time of that transaction, microseconds since 1970
 * @param load the running load at this place; null when none runs
 * @param change the row; only for {@link Kind#ROW} and {@link Kind#READ}
 */
public record StreamEvent(
        Kind kind,
        long base,
        long transactionId,
        long commitMicros,
        @Nullable LoadMark load,
        @Nullable RowChange change) {

    /** What a record of the stream is. */
    public enum Kind {
        /** The first record of a transaction. */
        BEGIN,
        /** A change of a row. */
        ROW,
        /** A row read by a load. It may stand anywhere, also inside a transaction. */
        READ,
        /** The last record of a transaction. */
        END,
        /** A sign of life, or anything else that only carries the stream forward. */
        HEARTBEAT
    }
}
