package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.RowLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of the type as it was at one time. */
record CompositeFields(RowLayout layout, List<TextCodec> codecs) {

    static CompositeFields of(PgType type, @Nullable PgTypes types) {
        List<PgType.Field> fields = type.fields();
        return new CompositeFields(
                new RowLayout(
                        fields.stream().map(PgType.Field::name).toList(),
                        fields.stream().map(PgType.Field::sqlType).toList()),
                fields.stream().map(field -> TextCodec.of(field.type(), types)).toList());
    }

    int count() {
        return codecs.size();
    }

    /** {@code ()} is a row without fields, as well as one of a field that is NULL. */
    boolean fit(List<@Nullable String> texts) {
        return texts.size() == count() || count() == 0 && texts.size() == 1 && texts.get(0) == null;
    }
}
