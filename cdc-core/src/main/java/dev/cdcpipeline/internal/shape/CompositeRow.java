package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value, whose fields are converted when asked. */
final class CompositeRow implements Row {
    private final CompositeFields fields;
    private final List<@Nullable String> texts;

    CompositeRow(CompositeFields fields, List<@Nullable String> texts) {
        this.fields = fields;
        this.texts = texts;
    }

    @Override
    public RowLayout layout() {
        return fields.layout();
    }

    @Override
    public @Nullable Object value(int index) {
        String text = texts.get(index);
        return text == null ? null : fields.codecs().get(index).value(text);
    }

    @Override
    public @Nullable String text(int index) {
        return texts.get(index);
    }

    @Override
    public boolean isUnchanged(int index) {
        return false;
    }

    @Override
    public boolean hasUnchanged() {
        return false;
    }

    /** The names of the fields; never a value. */
    @Override
    public String toString() {
        return "Row" + layout().columns();
    }
}
