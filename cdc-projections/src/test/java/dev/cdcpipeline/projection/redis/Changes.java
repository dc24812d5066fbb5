package dev.cdcpipeline.projection.redis;

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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of one source table, whose first columns are its key.
 *
 * @param columns each as name, space, SQL type
 */
record Changes(TableName table, int keySize, List<String> columns) {
    /** Each change has a place of its own, as in a stream. */
    private static final AtomicLong PLACES = new AtomicLong();

    private record TextChange(
            Operation operation,
            TableName table,
            @Nullable Row key,
            @Nullable Row after,
            Position position) implements Change<Row> {

        @Override
        public @Nullable Row before() {
            return null;
        }

        @Override
        public @Nullable Row previousKey() {
            return null;
        }

        @Override
        public boolean isUnchanged(String column) {
            return after != null && after.isUnchanged(after.layout().indexOf(column));
        }

        @Override
        public ChangeSource source() {
            return new ChangeSource("db0", table, position.base(), Instant.EPOCH, position);
        }
    }

    Changes(String table, int keySize, String... columns) {
        this(TableName.parse(table), keySize, List.of(columns));
    }

    TableDefinition definition() {
        RowLayout layout = TextRow.layout(columns.toArray(String[]::new));
        List<ColumnDefinition> definitions = IntStream.range(0, columns.size())
                .mapToObj(
                        i -> new ColumnDefinition(layout.columns().get(i), layout.sqlType(i), i >= keySize, null, true))
                .toList();
        return new TableDefinition(table, definitions, layout.columns().subList(0, keySize), false, true);
    }

    Change<Row> create(@Nullable String... values) {
        return change(Operation.CREATE, values);
    }

    Change<Row> read(@Nullable String... values) {
        return change(Operation.READ, values);
    }

    Change<Row> update(@Nullable String... values) {
        return change(Operation.UPDATE, values);
    }

    private Change<Row> change(Operation operation, @Nullable String... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(Arrays.toString(values) + " for " + columns);
        }
        return new TextChange(operation, table, row(keySize, values), row(values.length, values), next());
    }

    Change<Row> delete(String... key) {
        return new TextChange(Operation.DELETE, table, row(keySize, key), null, next());
    }

    Change<Row> truncate() {
        return new TextChange(Operation.TRUNCATE, table, null, null, next());
    }

    /** The same change at another place; each base is a transaction. */
    static Change<Row> at(Position position, Change<Row> change) {
        return new TextChange(change.operation(), change.table(), change.key(), change.after(), position);
    }

    private Row row(int size, @Nullable String... values) {
        RowLayout layout = TextRow.layout(columns.subList(0, size).toArray(String[]::new));
        return new TextRow(layout, Arrays.asList(values).subList(0, size));
    }

    private static Position next() {
        return new Position(1, PLACES.incrementAndGet(), 0);
    }
}
