package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.RowChange;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Decodes the records of one table as long as its value schema stays the same. */
final class TableDecoder {
    /** Set by Debezium on the first half of an update of the key, the delete. */
    private static final String NEW_KEY_HEADER = "__debezium.newkey";
    /** Set by Debezium on the second half of an update of the key. */
    private static final String OLD_KEY_HEADER = "__debezium.oldkey";

    private final TableName table;
    private final RowDecoder rows;
    private final boolean beforeIsWhole;
    private final Placeholder placeholder;
    private final Map<Schema, RowDecoder> keys = new IdentityHashMap<>(2);

    TableDecoder(TableName table, Schema envelope, CapturedTables captured, Placeholder placeholder) {
        this.table = table;
        this.rows =
                new RowDecoder(envelope.field("after").schema(), column -> captured.wants(table, column), placeholder);
        this.beforeIsWhole = captured.withFullIdentity().contains(table);
        this.placeholder = placeholder;
    }

    TableName table() {
        return table;
    }

    /** The operation of an envelope; null for one that is not about a row. */
    static @Nullable Operation operation(Struct envelope) {
        return switch (envelope.getString("op")) {
            case "c" -> Operation.CREATE;
            case "u" -> Operation.UPDATE;
            case "d" -> Operation.DELETE;
            case "r" -> Operation.READ;
            case "t" -> Operation.TRUNCATE;
            default -> null;
        };
    }

    RowChange decode(SourceRecord record, Struct envelope, Operation operation, RowChange.Origin origin) {
        if (operation == Operation.READ) {
            rows.requireExactDates(table, envelope.getStruct("after"));
        }
        DecodedRow after = operation == Operation.TRUNCATE ? null : row(envelope.getStruct("after"));
        DecodedRow before = beforeIsWhole && operation != Operation.TRUNCATE ? row(envelope.getStruct("before")) : null;
        RowChange change = new RowChange(
                operation,
                table,
                key(record.keySchema(), record.key()),
                previousKey(record),
                before,
                after,
                origin,
                estimatedBytes(after) + (before == null ? 0 : before.estimatedBytes()));
        return record.headers().lastWithName(NEW_KEY_HEADER) == null ? change : change.asFirstHalf();
    }

    private @Nullable DecodedRow row(@Nullable Struct struct) {
        return struct == null ? null : rows.decode(struct);
    }

    private static int estimatedBytes(@Nullable DecodedRow row) {
        return row == null ? RowDecoder.BYTES_PER_ROW : row.estimatedBytes();
    }

    private @Nullable Row key(@Nullable Schema schema, @Nullable Object key) {
        if (schema == null || !(key instanceof Struct struct)) {
            return null;
        }
        return keys.computeIfAbsent(schema, s -> new RowDecoder(s, column -> true, placeholder))
                .decode(struct);
    }

    private @Nullable Row previousKey(SourceRecord record) {
        if (record.headers().isEmpty()) {
            return null;
        }
        Header header = record.headers().lastWithName(OLD_KEY_HEADER);
        return header == null ? null : key(header.schema(), header.value());
    }
}
