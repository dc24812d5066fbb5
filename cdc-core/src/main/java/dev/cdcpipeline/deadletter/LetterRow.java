package dev.cdcpipeline.deadletter;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowFactory;
import dev.cdcpipeline.change.RowLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row as a dead letter keeps it: PostgreSQL's own texts, with the SQL types that they are of.
 *
 * @param layout columns and types, in order
 * @param texts the values by index; null is SQL NULL, and stands where the value is unchanged
 * @param unchanged indexes of columns whose values the source did not send, see {@link Row#isUnchanged}
 */
public record LetterRow(RowLayout layout, List<@Nullable String> texts, Set<Integer> unchanged) {

    public LetterRow {
        if (texts.size() != layout.columns().size()) {
            throw new IllegalArgumentException(layout.columns().size() + " columns, but " + texts.size() + " values");
        }
        texts = Collections.unmodifiableList(new ArrayList<>(texts));
        unchanged = Set.copyOf(unchanged);
    }

    /** A row to be kept. */
    public static LetterRow of(Row row) {
        List<@Nullable String> texts = new ArrayList<>();
        Set<Integer> unchanged = new HashSet<>();
        for (int i = 0; i < row.layout().columns().size(); i++) {
            texts.add(row.text(i));
            if (row.isUnchanged(i)) {
                unchanged.add(i);
            }
        }
        return new LetterRow(row.layout(), texts, unchanged);
    }

    /** The row as projections are shown it. */
    public Row toRow(RowFactory rows) {
        return rows.row(layout, texts, unchanged);
    }

    /** The names of the columns; never a value. */
    @Override
    public String toString() {
        return "LetterRow" + layout.columns();
    }
}
