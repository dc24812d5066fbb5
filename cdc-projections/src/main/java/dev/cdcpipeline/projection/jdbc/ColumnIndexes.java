package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.failure.SchemaDrift;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Where certain columns stand in a row, worked out once for each layout. Used by one thread. */
final class ColumnIndexes {
    /** Far more than one table has between two restarts. */
    private static final int MAX_LAYOUTS = 64;

    private final String who;
    private final List<String> columns;
    private final Map<RowLayout, int[]> byLayout = new IdentityHashMap<>();

    ColumnIndexes(String who, List<String> columns) {
        this.who = who;
        this.columns = List.copyOf(columns);
    }

    /** @throws SchemaDrift if the row lacks a column */
    int[] in(RowLayout layout) {
        int[] known = byLayout.get(layout);
        if (known != null) {
            return known;
        }
        int[] indexes = columns.stream().mapToInt(layout::indexOf).toArray();
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] < 0) {
                throw new SchemaDrift(who + ": the source has no column '" + columns.get(i)
                        + "' any more, its columns are " + layout.columns()
                        + "; take the component out of the record, or add the column again");
            }
        }
        if (byLayout.size() >= MAX_LAYOUTS) {
            byLayout.clear();
        }
        byLayout.put(layout, indexes);
        return indexes;
    }
}
