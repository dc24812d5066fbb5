package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.internal.shape.PgTypes;
import dev.cdcpipeline.internal.shape.ShapeColumn;
import dev.cdcpipeline.internal.shape.TextCodec;
import dev.cdcpipeline.internal.shape.UnchangedValue;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Takes some columns out of the structs of one schema, all of which are texts. */
final class RowDecoder {
    static final int BYTES_PER_ROW = 64;
    private static final int BYTES_PER_VALUE = 24;

    private final RowShape shape;
    private final Field[] fields;

    RowDecoder(Schema schema, List<ShapeColumn> columns, PgTypes types) {
        List<ShapeColumn> present = columns.stream()
                .filter(column -> schema.field(column.field()) != null)
                .toList();
        RowLayout layout = new RowLayout(
                present.stream().map(ShapeColumn::name).toList(),
                present.stream()
                        .map(column -> types.sqlName(column.typeOid(), column.typeModifier()))
                        .toList());
        this.fields =
                present.stream().map(column -> schema.field(column.field())).toArray(Field[]::new);
        TextCodec[] codecs = present.stream()
                .map(column -> TextCodec.of(types.type(column.typeOid()), types))
                .toArray(TextCodec[]::new);
        this.shape = new RowShape(layout, index -> codecs[index]);
    }

    DecodedRow decode(Struct struct) {
        @Nullable String[] texts = new String[fields.length];
        boolean hasUnchanged = false;
        int bytes = BYTES_PER_ROW + fields.length * BYTES_PER_VALUE;
        for (int i = 0; i < fields.length; i++) {
            String text = (String) struct.get(fields[i]);
            texts[i] = text;
            if (isUnchanged(text)) {
                hasUnchanged = true;
            } else if (text != null) {
                bytes += text.length() * 2;
            }
        }
        return new DecodedRow(shape, texts, hasUnchanged, bytes);
    }

    /** By identity: a text of a user that reads the same is a value. */
    @SuppressWarnings("ReferenceEquality")
    static boolean isUnchanged(@Nullable String text) {
        return text == UnchangedValue.TEXT;
    }
}
