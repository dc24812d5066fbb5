package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterJson;
import dev.cdcpipeline.deadletter.LetterRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads rows of {@code cdc_dead_letter}. Rows of one shape share a layout, as rows of the stream do. */
final class LetterReader {
    private final Map<List<List<String>>, RowLayout> layouts = new HashMap<>();

    /** @throws IllegalArgumentException if somebody has written what is no letter; it says which one */
    DeadLetter read(ResultSet row) throws SQLException {
        try {
            return letter(row);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("dead letter " + row.getLong("id") + ": " + e.getMessage(), e);
        }
    }

    private DeadLetter letter(ResultSet row) throws SQLException {
        Map<String, String> types = LetterJson.types(row.getString("column_types"));
        String error = row.getString("error_class");
        return new DeadLetter(
                row.getLong("id"),
                row.getString("pipeline"),
                row.getString("target"),
                row.getString("projection"),
                change(row, types),
                texts(row, "keys"),
                DeadLetter.State.valueOf(row.getString("state")),
                row.getInt("attempts"),
                error == null
                        ? Optional.empty()
                        : Optional.of(
                                new LetterError(error, row.getString("error_message"), row.getString("error_stack"))),
                moment(row, "parked_at"),
                moment(row, "first_failed_at"),
                moment(row, "last_failed_at"),
                Optional.ofNullable(letterRow(row, "original", types)),
                row.getString("note"));
    }

    private LetterChange change(ResultSet row, Map<String, String> types) throws SQLException {
        return new LetterChange(
                new ChangeSource(
                        row.getString("shard"),
                        TableName.parse(row.getString("source_table")),
                        row.getLong("transaction_id"),
                        moment(row, "committed_at"),
                        Position.parse(row.getString("position"))),
                Operation.valueOf(row.getString("operation")),
                letterRow(row, "row_key", types),
                letterRow(row, "previous_key", types),
                letterRow(row, "before", types),
                letterRow(row, "after", types),
                texts(row, "reread"));
    }

    private @Nullable LetterRow letterRow(ResultSet row, String column, Map<String, String> types) throws SQLException {
        String json = row.getString(column);
        if (json == null) {
            return null;
        }
        LetterRow read = LetterJson.row(json, types);
        RowLayout own = read.layout();
        List<String> sqlTypes = own.columns().stream()
                .map(name -> own.sqlType(own.indexOf(name)))
                .toList();
        RowLayout shared = layouts.computeIfAbsent(List.of(own.columns(), sqlTypes), shape -> own);
        return new LetterRow(shared, read.texts(), read.unchanged());
    }

    static ParkedLetter parked(ResultSet row) throws SQLException {
        return new ParkedLetter(
                row.getLong("id"),
                row.getString("projection"),
                TableName.parse(row.getString("source_table")),
                Operation.valueOf(row.getString("operation")),
                texts(row, "keys"),
                row.getString("state").equals(DeadLetter.State.PARKED.name()));
    }

    static Set<String> texts(ResultSet row, String column) throws SQLException {
        return Set.copyOf(Arrays.asList((String[]) row.getArray(column).getArray()));
    }

    static Instant moment(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Instant moment(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
