package dev.cdcpipeline.change;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row made of plain values. */
public final class RowOf implements Row {
    private final RowLayout layout;
    private final Map<String, ?> values;
    private final Map<String, String> texts;

    public RowOf(RowLayout layout, Map<String, ?> values) {
        this(layout, values, Map.of());
    }

    /** @param texts of those values whose text is not their {@code toString} */
    RowOf(RowLayout layout, Map<String, ?> values, Map<String, String> texts) {
        this.layout = layout;
        this.values = values;
        this.texts = texts;
    }

    /** A row of one column. */
    public static RowOf column(String name, @Nullable Object value) {
        return new RowOf(new RowLayout(List.of(name)), value == null ? Map.of() : Map.of(name, value));
    }

    /** A row of one column that has a text and no value. */
    static RowOf text(String name, String sqlType, String text) {
        return new RowOf(new RowLayout(List.of(name), List.of(sqlType)), Map.of(), Map.of(name, text));
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
        String text = texts.get(layout.columns().get(index));
        Object value = value(index);
        return text != null || value == null ? text : value.toString();
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
