package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Row;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a row of the view: its values by column of {@link SourceColumns}, some of which may be unknown. Values are
 * read from the source's row when they are sent, so that a large batch is not held twice.
 */
final class ViewRow {
    private static final BitSet NONE = new BitSet(0);

    private final RowKey key;
    private final Row row;
    private final int[] indexes;
    /** Instead of the row, once values of several rows came together. */
    private final @Nullable String @Nullable [] merged;

    private final BitSet unknown;

    private ViewRow(RowKey key, Row row, int[] indexes, @Nullable String @Nullable [] merged, BitSet unknown) {
        this.key = key;
        this.row = row;
        this.indexes = indexes;
        this.merged = merged;
        this.unknown = unknown;
    }

    static ViewRow of(RowKey key, Row row, int[] indexes) {
        BitSet unknown = NONE;
        if (row.hasUnchanged()) {
            unknown = new BitSet(indexes.length);
            for (int i = 0; i < indexes.length; i++) {
                unknown.set(i, row.isUnchanged(indexes[i]));
            }
        }
        return new ViewRow(key, row, indexes, null, unknown);
    }

    RowKey key() {
        return key;
    }

    /** The columns whose value is unknown; not to be modified. */
    BitSet unknown() {
        return unknown;
    }

    boolean isComplete() {
        return unknown.isEmpty();
    }

    @Nullable
    String text(int column) {
        return merged == null ? row.text(indexes[column]) : merged[column];
    }

    /** This row, with what it does not know taken from an older state of the same row. */
    ViewRow over(ViewRow older) {
        @Nullable String[] texts = new String[indexes.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = unknown.get(i) ? older.text(i) : text(i);
        }
        BitSet stillUnknown = (BitSet) unknown.clone();
        stillUnknown.and(older.unknown);
        return new ViewRow(key, row, indexes, texts, stillUnknown);
    }
}
