package dev.cdcpipeline.internal.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A boundary as Debezium's PostgreSQL connector reads it. Always built, never copied from an offset that Debezium made: those
 * can lose rows at a restart (docs/decisions/0002-boundaries-and-assembly.md). {@code messageType} must be MESSAGE: with COMMIT
 * the connector drops rows of the next transaction that share the boundary's LSN. Nothing of {@code transaction_*} is in it.
 */
public final class BoundaryText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BoundaryText() {}

    /** The boundary after the transaction that ended at {@code lsn}. */
    public static String of(long lsn, long transactionId, long commitMicros) {
        return "{\"lsn\":" + lsn + ",\"lsn_proc\":" + lsn + ",\"lsn_commit\":" + lsn
                + ",\"messageType\":\"MESSAGE\",\"txId\":" + transactionId + ",\"ts_usec\":" + commitMicros + "}";
    }

    /** The number of the transaction that ended at a boundary. */
    public static long transactionId(String boundary) {
        return read(boundary).path("txId").asLong();
    }

    /** Where a boundary stands. */
    public static long lsn(String boundary) {
        return read(boundary).path("lsn_commit").asLong();
    }

    /** What the engine is given as its offset: the boundary and, while a load runs, how far it has come. */
    public static String engineOffset(String boundary, @Nullable String loadProgress) {
        if (loadProgress == null) {
            return boundary;
        }
        ObjectNode offset = read(boundary);
        offset.setAll(read(loadProgress));
        return offset.toString();
    }

    static ObjectNode read(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a stored boundary: " + text, e);
        }
        throw new IllegalArgumentException("not a stored boundary: " + text);
    }
}
