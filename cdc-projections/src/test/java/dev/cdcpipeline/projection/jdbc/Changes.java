package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.ColumnDefinition;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes changes of one source table, whose first columns are its key. */
final class Changes {

    /** Each change has a place of its own, as in a stream. */
    private static final AtomicLong PLACES = new AtomicLong();

    record TextChange(
            Operation operation,
            TableName table,
            @Nullable Row key,
            @Nullable Row before,
            @Nullable Row after,
            @Nullable Row previousKey,
            Position position)
            implements Change<Row> {

        TextChange(
                Operation operation,
                TableName table,
                @Nullable Row key,
                @Nullable Row before,
                @Nullable Row after,
                @Nullable Row previousKey) {
            this(operation, table, key, before, after, previousKey, place(previousKey != null));
        }

        /** Both halves of an update of a key are at one place. */
        private static Position place(boolean isSecondHalf) {
            return isSecondHalf ? new Position(1, PLACES.get(), 1) : new Position(1, PLACES.incrementAndGet(), 0);
        }

        @Override
        public boolean isUnchanged(String column) {
            return after != null && after.isUnchanged(after.layout().indexOf(column));
        }

        @Override
        public ChangeSource source() {
            return new ChangeSource("db0", table, position.base(), Instant.EPOCH, position);
        }

        private TextChange in(long transaction) {
            Position place = new Position(transaction, position.offset(), position.ordinal());
            return new TextChange(operation, table, key, before, after, previousKey, place);
        }
    }

    private final TableName table;
    private final int keySize;
    private final RowLayout rowLayout;
    private final RowLayout keyLayout;

    /** Changes of one transaction of the source, by its number; others are of the first. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    static List<Change<Row>> transaction(long number, Change<Row>... changes) {
        return Arrays.stream(changes)
                .map(TextChange.class::cast)
                .<Change<Row>>map(change -> change.in(number))
                .toList();
    }

    /** Columns of types that nobody asks for. */
    Changes(String table, int keySize, String... columns) {
        this(TableName.parse(table), keySize, new RowLayout(List.of(columns)));
    }

    private Changes(TableName table, int keySize, RowLayout layout) {
        this.table = table;
        this.keySize = keySize;
        this.rowLayout = layout;
        this.keyLayout = new RowLayout(
                layout.columns().subList(0, keySize),
                IntStream.range(0, keySize).mapToObj(layout::sqlType).toList());
    }

    /** @param columns each as name, space, SQL type */
    static Changes typed(String table, int keySize, String... columns) {
        List<String[]> parts =
                Arrays.stream(columns).map(column -> column.split(" ", 2)).toList();
        RowLayout layout = new RowLayout(
                parts.stream().map(part -> part[0]).toList(),
                parts.stream().map(part -> part[1]).toList());
        return new Changes(TableName.parse(table), keySize, layout);
    }

    /** The same table with a column that the source computes and does not stream. */
    TableDefinition definitionWithGenerated(String column, String sqlType, String expression) {
        List<ColumnDefinition> columns = new ArrayList<>(definition().columns());
        columns.add(new ColumnDefinition(column, sqlType, true, expression, false));
        return new TableDefinition(table, columns, key(), keySize == 0, keySize > 0);
    }

    /** The table as the source's catalog has it; without a key it has REPLICA IDENTITY FULL. */
    TableDefinition definition() {
        List<ColumnDefinition> columns = IntStream.range(0, rowLayout.columns().size())
                .mapToObj(i -> new ColumnDefinition(
                        rowLayout.columns().get(i), rowLayout.sqlType(i), i >= keySize, null, true))
                .toList();
        return new TableDefinition(table, columns, key(), keySize == 0, keySize > 0);
    }

    /** The same with a key by which it cannot be read in chunks. */
    TableDefinition definitionNotLoadable() {
        return new TableDefinition(table, definition().columns(), key(), keySize == 0, false);
    }

    TableName table() {
        return table;
    }

    private List<String> key() {
        return keyLayout.columns();
    }

    Change<Row> create(@Nullable String... values) {
        return new TextChange(Operation.CREATE, table, keyOf(values), null, row(values), null);
    }

    Change<Row> read(@Nullable String... values) {
        return new TextChange(Operation.READ, table, keyOf(values), null, row(values), null);
    }

    Change<Row> update(@Nullable String... values) {
        return new TextChange(Operation.UPDATE, table, keyOf(values), null, row(values), null);
    }

    Change<Row> delete(@Nullable String... key) {
        return new TextChange(Operation.DELETE, table, keyOf(key), null, null, null);
    }

    Change<Row> truncate() {
        return new TextChange(Operation.TRUNCATE, table, null, null, null, null);
    }

    /** The second half of an update of a single-column key; {@link #delete} of the old key is the first. */
    Change<Row> createMoved(String oldKey, @Nullable String... values) {
        return new TextChange(Operation.CREATE, table, keyOf(values), null, row(values), keyOf(oldKey));
    }

    /** An update of a table without a key. */
    Change<Row> updateFull(List<@Nullable String> before, @Nullable String... values) {
        Row old = new TextRow(rowLayout, before);
        return new TextChange(Operation.UPDATE, table, null, old, row(values), null);
    }

    /** A delete of a table without a key. */
    Change<Row> deleteFull(@Nullable String... before) {
        return new TextChange(Operation.DELETE, table, null, row(before), null, null);
    }

    private @Nullable Row keyOf(@Nullable String... values) {
        if (keySize == 0) {
            return null;
        }
        return new TextRow(keyLayout, Arrays.asList(values).subList(0, keySize));
    }

    private Row row(@Nullable String... values) {
        if (values.length != rowLayout.columns().size()) {
            throw new IllegalArgumentException(Arrays.toString(values) + " for " + rowLayout);
        }
        return new TextRow(rowLayout, Arrays.asList(values));
    }
}
