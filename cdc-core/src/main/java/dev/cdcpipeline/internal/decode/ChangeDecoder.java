package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.RowChange;
import dev.cdcpipeline.internal.dispatch.StreamEvent;
import dev.cdcpipeline.internal.dispatch.StreamEvent.Kind;
import dev.cdcpipeline.internal.shape.AlteredDuringLoadException;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.PgTypes;
import dev.cdcpipeline.internal.shape.ShapeColumn;
import dev.cdcpipeline.internal.shape.TableShape;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Turns the records of one shard's engine into stream events. One instance per engine run; one thread. */
public final class ChangeDecoder {
    /** Schemas seen before they are forgotten: far more than a database has tables, so that endless DDL fills nothing. */
    private static final int MAX_SCHEMAS = 10_000;

    private final String shard;
    private final CapturedTables captured;
    private final TableShapes shapes;
    private final PgTypes types;
    private final Map<Schema, TableDecoder> tables = new IdentityHashMap<>();
    private @Nullable IncrementalLoadMark load;

    /**
     * @param shard the shard's name
     * @param captured what is read of which table
     * @param shapes what the records are records of
     * @param types the source's types
     */
    public ChangeDecoder(String shard, CapturedTables captured, TableShapes shapes, PgTypes types) {
        this.shard = shard;
        this.captured = captured;
        this.shapes = shapes;
        this.types = types;
    }

    /** Decodes one record; what is not about a row or a transaction is a {@link Kind#HEARTBEAT}. */
    public StreamEvent decode(SourceRecord record) {
        Map<String, ?> offset = record.sourceOffset();
        long base = number(offset, "lsn_commit");
        long transactionId = number(offset, "txId");
        long commitMicros = number(offset, "ts_usec");
        load = IncrementalLoadMark.of(offset, load);

        Kind kind = Kind.HEARTBEAT;
        RowChange change = null;
        if (record.value() instanceof Struct value) {
            Schema schema = value.schema();
            TableDecoder table = tableDecoder(schema, value);
            Operation operation = table == null ? null : TableDecoder.operation(value);
            if (table != null && operation != null) {
                kind = operation == Operation.READ ? Kind.READ : Kind.ROW;
                RowChange.Origin origin =
                        new RowChange.Origin(shard, number(offset, "lsn"), transactionId, commitMicros);
                change = table.decode(record, value, operation, origin);
            } else if (table == null && schema.field("status") != null && schema.field("event_count") != null) {
                kind = "BEGIN".equals(value.getString("status")) ? Kind.BEGIN : Kind.END;
            }
        }
        return new StreamEvent(kind, base, transactionId, commitMicros, load, change);
    }

    private @Nullable TableDecoder tableDecoder(Schema schema, Struct value) {
        TableDecoder known = tables.get(schema);
        if (known != null || schema.field("op") == null || schema.field("after") == null) {
            return known;
        }
        Schema row = schema.field("after").schema();
        TableShape shape = shapes.streamed(row);
        if (shape == null) {
            Struct source = value.getStruct("source");
            shape = read(new TableName(source.getString("schema"), source.getString("table")), row);
        }
        if (tables.size() >= MAX_SCHEMAS) {
            tables.clear();
        }
        types.refresh();
        TableDecoder decoder = new TableDecoder(shape, row, captured, types);
        tables.put(schema, decoder);
        return decoder;
    }

    /** A load read the rows a moment ago; what became of the table since would give them other columns. */
    private TableShape read(TableName table, Schema row) {
        TableShape shape = shapes.read(table);
        Set<String> now = shape.columns().stream().map(ShapeColumn::field).collect(Collectors.toSet());
        if (!row.fields().stream().allMatch(field -> now.contains(field.name()))) {
            throw new AlteredDuringLoadException(table);
        }
        return shape;
    }

    private static long number(Map<String, ?> offset, String field) {
        return offset.get(field) instanceof Number number ? number.longValue() : 0;
    }
}
