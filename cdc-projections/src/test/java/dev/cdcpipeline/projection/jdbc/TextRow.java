package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row as the decoder hands it over, given by PostgreSQL's text forms; {@link #UNCHANGED} stands for a value not sent. */
final class TextRow implements Row {
    /** Compared by identity, so that it can never be meant as text. */
    @SuppressWarnings("StringOperationCanBeSimplified")
    static final String UNCHANGED = new String("unchanged");

    private final RowLayout layout;
    private final List<@Nullable String> texts;

    TextRow(RowLayout layout, List<@Nullable String> texts) {
        this.layout = layout;
        this.texts = texts;
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
        return isUnchanged(index) ? null : texts.get(index);
    }

    @Override
    @SuppressWarnings("StringEquality")
    public boolean isUnchanged(int index) {
        return texts.get(index) == UNCHANGED;
    }

    @Override
    public boolean hasUnchanged() {
        return texts.stream().anyMatch(text -> text == UNCHANGED);
    }
}
