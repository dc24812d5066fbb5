package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterJson;
import dev.cdcpipeline.deadletter.LetterRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives values of a parked letter's row other texts, under the row's lock. */
final class LetterEdit {
    private static final String UPDATE = """
            update cdc_dead_letter set after = ?::json, original = coalesce(original, after), reread = ?
            where id = ?""";

    private LetterEdit() {}

    static Optional<DeadLetter> run(
            Connection connection, String pipeline, String target, long id, Map<String, @Nullable String> values)
            throws SQLException {
        LetterCondition condition = LetterCondition.of(pipeline).parked().and("target = ? and id = ?", target, id);
        String select = "select * from cdc_dead_letter where " + condition.sql();
        List<DeadLetter> found =
                HomeDatabase.rows(connection, select + " for update", new LetterReader()::read, condition.parameters());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        LetterChange change = found.get(0).change();
        LetterRow edited = edited(found.get(0), values);
        Set<String> reread = new HashSet<>(change.reread());
        reread.removeAll(values.keySet());
        HomeDatabase.update(
                connection,
                UPDATE,
                StorableText.in(connection).json(LetterJson.row(edited)),
                connection.createArrayOf("text", reread.toArray()),
                id);
        return HomeDatabase.rows(connection, select, new LetterReader()::read, condition.parameters()).stream()
                .findFirst();
    }

    private static LetterRow edited(DeadLetter letter, Map<String, @Nullable String> values) {
        LetterRow row = letter.change().after();
        if (row == null) {
            throw new IllegalArgumentException(letter + " has no row to edit; replay or discard it as it is");
        }
        RowLayout layout = row.layout();
        List<@Nullable String> texts = new ArrayList<>(row.texts());
        Set<Integer> unchanged = new HashSet<>(row.unchanged());
        values.forEach((column, text) -> {
            int index = layout.indexOf(column);
            if (index < 0) {
                throw new IllegalArgumentException(
                        letter + " has no column '" + column + "'; it has " + layout.columns());
            }
            requireNoKey(letter, column);
            if (text != null && text.indexOf('\u0000') >= 0) {
                throw new IllegalArgumentException(
                        "the value for column '" + column + "' has the character 0, which PostgreSQL does not take");
            }
            texts.set(index, text);
            unchanged.remove(index);
        });
        return new LetterRow(layout, texts, unchanged);
    }

    /** By the key it is kept in order with others. */
    private static void requireNoKey(DeadLetter letter, String column) {
        LetterRow key = letter.change().key();
        if (key != null && key.layout().indexOf(column) >= 0) {
            throw new IllegalArgumentException("column '" + column + "' is part of the key of " + letter
                    + ", which cannot be edited; discard the letter, and mend the row at the source");
        }
    }
}
