package dev.cdcpipeline.change;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row made of plain values. */
public final class RowOf implements Row {
    private final RowLayout layout;
    private final Map<String, ?> values;

    public RowOf(RowLayout layout, Map<String, ?> values) {
        this.layout = layout;
        this.values = values;
    }

    /** A row of one column. */
    public static RowOf column(String name, @Nullable Object value) {
        return new RowOf(new RowLayout(java.util.List.of(name)), value == null ? Map.of() : Map.of(name, value));
    }

    @Override
    public RowLayout layout() {
        return layout;
    }

    @Override
    public @Nullable Object value(int index) {
        return values.get(layout.columns().get(index));
    }

    @Override
    public @Nullable String text(int index) {
        Object value = value(index);
        return value == null ? null : value.toString();
    }

    @Override
    public boolean isUnchanged(int index) {
        return false;
    }

    @Override
    public boolean hasUnchanged() {
        return false;
    }
}
