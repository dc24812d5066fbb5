package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.RowLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Takes the wanted columns out of the structs of one schema. */
final class RowDecoder {
    static final int BYTES_PER_ROW = 64;
    private static final int BYTES_PER_VALUE = 24;

    private final RowLayout layout;
    private final String[] fields;
    private final ColumnCodec[] codecs;
    private final boolean[] mayBeUnchanged;
    private final Placeholder placeholder;

    RowDecoder(Schema schema, Predicate<String> wanted, Placeholder placeholder) {
        List<Field> kept = new ArrayList<>();
        for (Field field : schema.fields()) {
            if (wanted.test(field.name())) {
                kept.add(field);
            }
        }
        this.layout = new RowLayout(kept.stream().map(Field::name).toList());
        this.fields = layout.columns().toArray(String[]::new);
        this.codecs = kept.stream()
                .map(field -> ColumnCodec.of(field.name(), field.schema()))
                .toArray(ColumnCodec[]::new);
        this.mayBeUnchanged = new boolean[fields.length];
        for (int i = 0; i < fields.length; i++) {
            mayBeUnchanged[i] = switch (kept.get(i).schema().type()) {
                case STRING, BYTES, ARRAY -> true;
                default -> false;
            };
        }
        this.placeholder = placeholder;
    }

    RowLayout layout() {
        return layout;
    }

    ColumnCodec codec(int index) {
        return codecs[index];
    }

    DecodedRow decode(Struct struct) {
        @Nullable Object[] raw = new Object[fields.length];
        boolean hasUnchanged = false;
        int bytes = BYTES_PER_ROW + fields.length * BYTES_PER_VALUE;
        for (int i = 0; i < fields.length; i++) {
            // Not Struct.get: it puts the column's default where the row has null.
            Object value = struct.getWithoutDefault(fields[i]);
            if (value != null && mayBeUnchanged[i]) {
                if (placeholder.is(value)) {
                    value = DecodedRow.UNCHANGED;
                    hasUnchanged = true;
                } else {
                    bytes += size(value);
                }
            }
            raw[i] = value;
        }
        return new DecodedRow(this, raw, hasUnchanged, bytes);
    }

    /** About how much memory a value holds beside its place in the row. */
    private static int size(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length() * 2;
        }
        if (value instanceof ByteBuffer buffer) {
            return buffer.remaining();
        }
        if (value instanceof Collection<?> list) {
            return list.stream().mapToInt(item -> BYTES_PER_VALUE + size(item)).sum();
        }
        return 0;
    }
}
