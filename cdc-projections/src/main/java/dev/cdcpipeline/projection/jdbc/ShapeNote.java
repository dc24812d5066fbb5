package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the source table was shaped when its last row was written to the mirror, kept in {@code cdc_mirror}: a row of another shape
 * means that the table was altered in between, which the source tells nobody, and that rows which have not come since may be out of
 * date. That they must be read again is kept there, too, until a load begins that reads them all.
 */
final class ShapeNote {

    /**
     * What is noted.
     *
     * @param shape null if there is no row whose shape would matter
     * @param outdated whether the mirror must be loaded again
     * @param added the columns that the source has got since some of the rows were written
     */
    record Noted(@Nullable MirrorShape shape, boolean outdated, Set<String> added) {}

    private final NoteScope scope;

    ShapeNote(ProjectionContext context, TableName table, TableName mirror) {
        this.scope = NoteScope.of(context, table, mirror);
    }

    Noted read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select column_names, column_types, key_columns, outdated, added_columns from cdc_mirror m where "
                                + scope.matches("m"))) {
            if (!row.next()) {
                return new Noted(null, false, Set.of());
            }
            List<String> names = texts(row, 1);
            List<String> types = texts(row, 2);
            Map<String, String> columns = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                columns.put(names.get(i), types.get(i));
            }
            MirrorShape shape = columns.isEmpty() ? null : new MirrorShape(columns, texts(row, 3));
            return new Noted(shape, row.getBoolean(4), Set.copyOf(texts(row, 5)));
        }
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    void write(Connection connection, Noted noted) throws SQLException {
        MirrorShape shape = noted.shape() == null ? new MirrorShape(Map.of(), List.of()) : noted.shape();
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into cdc_mirror (pipeline, shard, target, source_table, view,
                                        column_names, column_types, key_columns, outdated, added_columns)
                values (%s, ?::text[], ?::text[], ?::text[], ?, ?::text[])
                on conflict (pipeline, shard, target, source_table, view) do update
                set column_names = excluded.column_names, column_types = excluded.column_types,
                    key_columns = excluded.key_columns, outdated = excluded.outdated,
                    added_columns = excluded.added_columns""".formatted(scope.values()))) {
            statement.setString(1, array(shape.columns().keySet()));
            statement.setString(2, array(shape.columns().values()));
            statement.setString(3, array(shape.key()));
            statement.setBoolean(4, noted.outdated());
            statement.setString(5, array(noted.added()));
            statement.executeUpdate();
        }
    }

    private static String array(Collection<String> texts) {
        ArrayText array = new ArrayText();
        texts.forEach(array::add);
        return array.toString();
    }
}
