package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.internal.dispatch.Completable;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row as the texts that the source gave, made values when asked. */
final class DecodedRow implements Completable {
    private final RowShape shape;
    private final @Nullable String[] texts;
    private final boolean hasUnchanged;
    private final int estimatedBytes;

    DecodedRow(RowShape shape, @Nullable String[] texts, boolean hasUnchanged, int estimatedBytes) {
        this.shape = shape;
        this.texts = texts;
        this.hasUnchanged = hasUnchanged;
        this.estimatedBytes = estimatedBytes;
    }

    /** About how much memory it holds. */
    int estimatedBytes() {
        return estimatedBytes;
    }

    @Override
    public RowLayout layout() {
        return shape.layout();
    }

    @Override
    public @Nullable Object value(int index) {
        String text = text(index);
        if (text == null) {
            return null;
        }
        try {
            return shape.codec(index).value(text);
        } catch (ConversionException e) {
            throw new ConversionException("column '" + layout().columns().get(index) + "': " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable String text(int index) {
        String text = texts[index];
        return RowDecoder.isUnchanged(text) ? null : text;
    }

    @Override
    public boolean isUnchanged(int index) {
        return RowDecoder.isUnchanged(texts[index]);
    }

    @Override
    public boolean hasUnchanged() {
        return hasUnchanged;
    }

    @Override
    public Row with(Map<Integer, @Nullable String> values) {
        @Nullable String[] completed = texts.clone();
        values.forEach((index, text) -> completed[index] = text);
        boolean unchanged = Arrays.stream(completed).anyMatch(RowDecoder::isUnchanged);
        return new DecodedRow(shape, completed, unchanged, estimatedBytes);
    }

    /** The names of the columns; never a value. */
    @Override
    public String toString() {
        return "Row" + layout().columns();
    }
}
