package dev.cdcpipeline.projection.jdbc;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Rows of the view that parked changes will write, and which of these changes need a row that is there before. */
final class WaitingRows {
    private final Set<RowKey> all = new LinkedHashSet<>();
    private final Set<RowKey> whole = new LinkedHashSet<>();
    private final Set<RowKey> partial = new LinkedHashSet<>();

    /** A change takes the row away, or replaces it by what {@link #came} tells. */
    void gone(RowKey key) {
        all.add(key);
        partial.remove(key);
    }

    void came(ViewRow row) {
        all.add(row.key());
        if (row.isComplete()) {
            whole.add(row.key());
            partial.remove(row.key());
        } else if (!whole.contains(row.key())) {
            partial.add(row.key());
        }
    }

    List<RowKey> all() {
        return List.copyOf(all);
    }

    /** Of which large values are known to none of the changes. */
    List<RowKey> partial() {
        return List.copyOf(partial);
    }

    List<RowKey> others() {
        return all.stream().filter(key -> !partial.contains(key)).toList();
    }
}
