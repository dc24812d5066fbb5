package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.RowChange;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.PgTypes;
import dev.cdcpipeline.internal.shape.ShapeColumn;
import dev.cdcpipeline.internal.shape.TableShape;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of one table as long as it keeps its shape. The key is what the shape says, not what Debezium takes for it:
 * it asks the catalog of now.
 */
final class TableDecoder {
    /** Set by Debezium on the first half of an update of the key, the delete. */
    private static final String NEW_KEY_HEADER = "__debezium.newkey";
    /** Set by Debezium on the second half of an update of the key. */
    private static final String OLD_KEY_HEADER = "__debezium.oldkey";

    private final TableName table;
    private final RowDecoder rows;
    private final List<ShapeColumn> key;
    private final Schema row;
    private final PgTypes types;
    private @Nullable RowDecoder keys;
    private boolean keysAreOfKey;
    private final boolean beforeIsWhole;
    private @Nullable Row keyOfFirstHalf;

    TableDecoder(TableShape shape, Schema row, CapturedTables captured, PgTypes types) {
        this.table = shape.table();
        this.rows = new RowDecoder(
                row,
                shape.columns().stream()
                        .filter(column -> captured.wants(table, column.name()))
                        .toList(),
                types);
        this.key = shape.columns().stream().filter(ShapeColumn::inKey).toList();
        this.row = row;
        this.types = types;
        this.beforeIsWhole = shape.fullIdentity();
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
        Struct newStruct = operation == Operation.TRUNCATE ? null : envelope.getStruct("after");
        Struct oldStruct = operation == Operation.TRUNCATE ? null : envelope.getStruct("before");
        DecodedRow after = row(newStruct);
        DecodedRow before = beforeIsWhole ? row(oldStruct) : null;
        Row keyRow = key(record, newStruct == null ? oldStruct : newStruct);
        boolean isHalf = !record.headers().isEmpty();
        boolean isSecondHalf = isHalf && record.headers().lastWithName(OLD_KEY_HEADER) != null;
        RowChange change = new RowChange(
                operation,
                table,
                keyRow,
                isSecondHalf ? keyOfFirstHalf : null,
                before,
                after,
                origin,
                estimatedBytes(after) + (before == null ? 0 : before.estimatedBytes()));
        if (!isHalf || record.headers().lastWithName(NEW_KEY_HEADER) == null) {
            return change;
        }
        keyOfFirstHalf = keyRow; // the second half comes next
        return change.asFirstHalf();
    }

    private @Nullable DecodedRow row(@Nullable Struct struct) {
        return struct == null ? null : rows.decode(struct);
    }

    /** Debezium's key has columns that no projection reads; but it has those of the catalog of now where we had to tell it them. */
    private @Nullable Row key(SourceRecord record, @Nullable Struct values) {
        if (values == null || key.isEmpty()) {
            return null;
        }
        if (keys == null) {
            Schema schema = record.keySchema();
            keysAreOfKey = schema != null && key.stream().allMatch(column -> schema.field(column.field()) != null);
            keys = new RowDecoder(keysAreOfKey ? schema : row, key, types);
        }
        DecodedRow found = keys.decode(keysAreOfKey ? (Struct) record.key() : values);
        return beforeIsWhole && hasNull(found) ? null : found;
    }

    /** The key of a table that logs whole rows is that of the catalog now; a row from before it was one may lack it. */
    private static boolean hasNull(Row key) {
        for (int i = 0; i < key.layout().columns().size(); i++) {
            if (key.text(i) == null) {
                return true;
            }
        }
        return false;
    }

    private static int estimatedBytes(@Nullable DecodedRow row) {
        return row == null ? RowDecoder.BYTES_PER_ROW : row.estimatedBytes();
    }
}
