package dev.cdcpipeline.internal.decode;

import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The end of the connector's own snapshot in the stream of its records: the heartbeat that it always sends after the last row,
 * also when there was none. Rows of the snapshot say in their offset that they are of one, the heartbeat does not any more.
 */
public final class SnapshotEnd {

    private SnapshotEnd() {}

    /** Where the slot begins, and with it the stream, if this record is behind the last row; empty before. */
    public static OptionalLong of(SourceRecord record) {
        Map<String, ?> offset = record.sourceOffset();
        return !offset.containsKey("snapshot") && offset.get("lsn") instanceof Number lsn
                ? OptionalLong.of(lsn.longValue())
                : OptionalLong.empty();
    }
}
