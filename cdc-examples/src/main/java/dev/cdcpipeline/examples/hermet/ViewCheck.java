package dev.cdcpipeline.examples.hermet;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Compares a view with its defining query, row by row and column by column. */
final class ViewCheck {
    private static final int SHOWN = 5;

    /**
     * What a comparison found.
     *
     * @param expected rows of the defining query
     * @param actual rows of the view
     * @param differences rows that only one has, or that differ in a column
     * @param examples the first of them, for people
     */
    record Result(View view, long expected, long actual, long differences, List<String> examples) {}

    private final View view;
    private final List<String> examples = new ArrayList<>();
    private long differences;

    private ViewCheck(View view) {
        this.view = view;
    }

    /**
     * Compares one view.
     *
     * @param sources a database with the rows of all shards, see {@link SourceCopy}
     */
    static Result compare(View view, DataSource sources, DataSource readModel) throws SQLException {
        ViewCheck check = new ViewCheck(view);
        try (RowCursor expected = RowCursor.open(sources, view.expectedRows());
                RowCursor actual = RowCursor.open(readModel, view.actualRows())) {
            check.merge(expected, actual);
            return new Result(view, expected.count(), actual.count(), check.differences, check.examples);
        }
    }

    private void merge(RowCursor expected, RowCursor actual) throws SQLException {
        RowCursor.@Nullable KeyedRow wanted = expected.next();
        RowCursor.@Nullable KeyedRow found = actual.next();
        while (wanted != null || found != null) {
            int order = wanted == null ? 1 : found == null ? -1 : wanted.key().compareTo(found.key());
            if (order != 0 || !wanted.equals(found)) {
                differs(order <= 0 ? wanted : null, order >= 0 ? found : null);
            }
            wanted = order <= 0 ? expected.next() : wanted;
            found = order >= 0 ? actual.next() : found;
        }
    }

    private void differs(RowCursor.@Nullable KeyedRow wanted, RowCursor.@Nullable KeyedRow found) {
        differences++;
        if (examples.size() < SHOWN) {
            examples.add(view.table() + "\n    sources: " + (wanted == null ? "no such row" : wanted.text())
                    + "\n    view:    " + (found == null ? "no such row" : found.text()));
        }
    }
}
