package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Row;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The key of a row, as the text forms of its columns. */
final class RowKey {
    private final @Nullable String[] parts;
    private final int hash;

    private RowKey(@Nullable String[] parts) {
        this.parts = parts;
        this.hash = Arrays.hashCode(parts);
    }

    /** A whole row as key. */
    static RowKey of(Row key) {
        int size = key.layout().columns().size();
        return of(key, IntStream.range(0, size).toArray(), size);
    }

    /** The first {@code size} of these columns as key. */
    static RowKey of(Row row, int[] indexes, int size) {
        @Nullable String[] parts = new String[size];
        for (int i = 0; i < size; i++) {
            parts[i] = row.text(indexes[i]);
        }
        return new RowKey(parts);
    }

    @Nullable
    String part(int index) {
        return parts[index];
    }

    /** All parts in order; null is SQL NULL. */
    List<@Nullable String> texts() {
        return Arrays.asList(parts);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowKey key && hash == key.hash && Arrays.equals(parts, key.parts);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** As a PostgreSQL array, for people and for {@code cdc_missing_row}. */
    @Override
    public String toString() {
        ArrayText text = new ArrayText();
        for (String part : parts) {
            text.add(part);
        }
        return text.toString();
    }
}
