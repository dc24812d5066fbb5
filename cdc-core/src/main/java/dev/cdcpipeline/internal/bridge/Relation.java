package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.internal.shape.ShapeColumn;
import dev.cdcpipeline.internal.shape.TableShape;
import io.debezium.connector.postgresql.connection.ReplicationMessage;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.TableSchema;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A table as the stream has described it, and how to read its tuples.
 *
 * @param shape what of it is carried
 * @param carried for each column of a tuple whether it is carried
 * @param partition whether it streams under the name of a partition of that table
 * @param id what Debezium knows the table by
 * @param quotedId the same as one text, which each change carries
 */
record Relation(TableShape shape, List<Boolean> carried, boolean partition, TableId id, String quotedId) {
    /** All columns are text to Debezium; 25 is PostgreSQL's number of that type. */
    private static final int TEXT_OID = 25;

    static Relation of(TableShape shape, List<Boolean> carried, boolean partition) {
        TableId id = new TableId(null, shape.table().schema(), shape.table().name());
        return new Relation(shape, List.copyOf(carried), partition, id, id.toDoubleQuotedString());
    }

    /**
     * The table as Debezium must see it to make records of it.
     *
     * @param known what Debezium has known of it so far; null for nothing
     */
    Table toDebezium(@Nullable TableSchema known) {
        List<Column> columns = shape.columns().stream()
                .map(column -> Column.editor()
                        .name(column.field())
                        .type("text")
                        .jdbcType(Types.VARCHAR)
                        .nativeType(TEXT_OID)
                        .optional(true)
                        .create())
                .toList();
        return Table.editor()
                .tableId(id)
                .addColumns(columns)
                .setPrimaryKeyNames(key(known))
                .create();
    }

    /**
     * The stream does not tell the order of the key's columns. A load goes by that of the catalog from one chunk to the next, and
     * looks up by it which of its rows the stream has brought meanwhile.
     */
    private List<String> key(@Nullable TableSchema known) {
        List<String> key = key();
        List<String> keyKnown = known == null || known.keySchema() == null ? List.of() : names(known.keySchema());
        return Set.copyOf(keyKnown).equals(Set.copyOf(key)) ? keyKnown : key;
    }

    /**
     * Whether Debezium knows the table with the same columns in the same order, and the same key. A partition may have them in an
     * order of its own; Debezium puts the values of a stream's row by name, those of a load's by the order that it knows.
     */
    boolean fits(TableSchema known) {
        Schema key = known.keySchema();
        List<String> columns = shape.columns().stream().map(ShapeColumn::field).toList();
        List<String> columnsKnown = names(known.valueSchema());
        boolean same = partition ? Set.copyOf(columnsKnown).equals(Set.copyOf(columns)) : columnsKnown.equals(columns);
        return same && Set.copyOf(key == null ? List.of() : names(key)).equals(Set.copyOf(key()));
    }

    private static List<String> names(Schema schema) {
        return schema.fields().stream().map(Field::name).toList();
    }

    private List<String> key() {
        return shape.columns().stream()
                .filter(ShapeColumn::inKey)
                .map(ShapeColumn::field)
                .toList();
    }

    /** The columns of a tuple; values must be given for the carried ones, in order. */
    List<ReplicationMessage.Column> columns(List<@Nullable String> values) {
        List<ReplicationMessage.Column> columns = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            columns.add(new TextColumn(shape.columns().get(i).field(), values.get(i)));
        }
        return columns;
    }
}
