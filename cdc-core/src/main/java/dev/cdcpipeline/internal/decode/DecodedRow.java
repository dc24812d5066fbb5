package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import org.jspecify.annotations.Nullable;

/** A row as Debezium gave it, converted when asked. */
final class DecodedRow implements Row {
    /** Stands in {@code raw} for a value that the source did not send. */
    static final Object UNCHANGED = new Object();

    private final RowDecoder decoder;
    private final @Nullable Object[] raw;
    private final boolean hasUnchanged;
    private final int estimatedBytes;

    DecodedRow(RowDecoder decoder, @Nullable Object[] raw, boolean hasUnchanged, int estimatedBytes) {
        this.decoder = decoder;
        this.raw = raw;
        this.hasUnchanged = hasUnchanged;
        this.estimatedBytes = estimatedBytes;
    }

    /** About how much memory it holds. */
    int estimatedBytes() {
        return estimatedBytes;
    }

    @Override
    public RowLayout layout() {
        return decoder.layout();
    }

    @Override
    public @Nullable Object value(int index) {
        Object value = raw[index];
        return value == null || value == UNCHANGED
                ? null
                : decoder.codec(index).java().apply(value);
    }

    @Override
    public @Nullable String text(int index) {
        Object value = raw[index];
        return value == null || value == UNCHANGED
                ? null
                : decoder.codec(index).text().apply(value);
    }

    @Override
    public boolean isUnchanged(int index) {
        return raw[index] == UNCHANGED;
    }

    @Override
    public boolean hasUnchanged() {
        return hasUnchanged;
    }

    /** The names of the columns; never a value. */
    @Override
    public String toString() {
        return "Row" + layout().columns();
    }
}
