package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.ConversionException;
import java.nio.ByteBuffer;
import java.time.LocalDate;
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

    private static final long FIRST_DAY = LocalDate.of(1582, 10, 15).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

    private final RowLayout layout;
    private final String[] fields;
    private final ColumnCodec[] codecs;
    private final boolean[] mayBeUnchanged;
    private final Placeholder placeholder;
    private final List<String> dates;

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
        this.dates = kept.stream()
                .filter(field -> "io.debezium.time.Date".equals(field.schema().name()))
                .map(Field::name)
                .toList();
    }

    RowLayout layout() {
        return layout;
    }

    ColumnCodec codec(int index) {
        return codecs[index];
    }

    /**
     * Refuses what a first load cannot carry: it reads dates through the Julian calendar of {@code java.sql.Date}, so that those
     * before the Gregorian one come as other days, and infinite ones as any. Streamed ones are right.
     */
    void requireExactDates(TableName table, Struct struct) {
        for (String field : dates) {
            if (struct.getWithoutDefault(field) instanceof Integer days && (days < FIRST_DAY || days > LAST_DAY)) {
                throw new ConversionException(
                        table + "." + field + ": a first load cannot carry a date before 1582-10-15,"
                                + " after 9999-12-31 or infinite; leave the column out of the record, or use FirstLoad.NONE");
            }
        }
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
