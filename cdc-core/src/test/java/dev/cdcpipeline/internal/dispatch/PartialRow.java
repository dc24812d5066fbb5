package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of texts, of which some were not sent. */
final class PartialRow implements Completable {
    private final RowLayout layout;
    private final Map<Integer, @Nullable String> texts;

    private PartialRow(RowLayout layout, Map<Integer, @Nullable String> texts) {
        this.layout = layout;
        this.texts = texts;
    }

    /** Columns that are not among the texts were not sent. */
    static PartialRow of(RowLayout layout, Map<String, String> sent) {
        Map<Integer, @Nullable String> texts = new HashMap<>();
        sent.forEach((column, text) -> texts.put(layout.indexOf(column), text));
        return new PartialRow(layout, texts);
    }

    @Override
    public Row with(Map<Integer, @Nullable String> more) {
        Map<Integer, @Nullable String> all = new HashMap<>(texts);
        all.putAll(more);
        return new PartialRow(layout, all);
    }

    @Override
    public RowLayout layout() {
        return layout;
    }

    @Override
    public @Nullable Object value(int index) {
        return text(index);
    }

    @Override
    public @Nullable String text(int index) {
        return texts.get(index);
    }

    @Override
    public boolean isUnchanged(int index) {
        return !texts.containsKey(index);
    }

    @Override
    public boolean hasUnchanged() {
        return texts.size() < layout.columns().size();
    }
}
