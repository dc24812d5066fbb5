package dev.cdcpipeline.internal.shape;

import static dev.cdcpipeline.internal.shape.Types.arrayOf;
import static dev.cdcpipeline.internal.shape.Types.builtIn;
import static dev.cdcpipeline.internal.shape.Types.composite;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Texts, arrays and rows in each other to any depth, written by the rules of array_out and record_out, and read back. */
class RandomNestedValuesTest {
    private static final int VALUES = 1500;
    private static final String[] PIECES = {
        "a", "NULL", "null", "\"", "\\", ",", ";", "{", "}", "(", ")", " ", "\t", "\n", "é", "😀", "=>", "''", ""
    };

    private final Random random = new Random(20261120);

    /** A value and how PostgreSQL writes it; rows are lists here. */
    private record Written(@Nullable Object value, @Nullable String text) {}

    @Test
    void whatever_postgresql_writes_is_read_back() {
        for (int i = 0; i < VALUES; i++) {
            PgType type = type(4);
            Written written = value(type);
            String text = written.text();
            if (text != null) {
                assertThat(plain(TextCodec.of(type).value(text))).as(text).isEqualTo(written.value());
            }
        }
    }

    private PgType type(int depth) {
        return switch (depth == 0 ? 0 : random.nextInt(4)) {
            case 1 -> arrayOf(notArray(depth - 1));
            case 2, 3 ->
                composite(IntStream.range(0, 1 + random.nextInt(4))
                        .mapToObj(n -> type(depth - 1))
                        .toArray(PgType[]::new));
            default -> builtIn("text");
        };
    }

    private PgType notArray(int depth) {
        PgType type = type(depth);
        return type.kind() == PgType.Kind.ARRAY ? builtIn("text") : type;
    }

    private Written value(PgType type) {
        if (random.nextInt(6) == 0) {
            return new Written(null, null);
        }
        return switch (type.kind()) {
            case ARRAY -> array(type.element(), random.nextInt(3));
            case COMPOSITE -> row(type);
            default -> {
                String text = IntStream.range(0, random.nextInt(5))
                        .mapToObj(n -> PIECES[random.nextInt(PIECES.length)])
                        .collect(Collectors.joining());
                yield new Written(text, text);
            }
        };
    }

    private Written array(PgType element, int moreDimensions) {
        List<@Nullable Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Written item = moreDimensions > 0 ? array(element, moreDimensions - 1) : value(element);
            values.add(item.value());
            texts.add(moreDimensions > 0 ? item.text() : inArray(item.text()));
        }
        return new Written(values, "{" + String.join(",", texts) + "}");
    }

    /** As array_out does. */
    private static String inArray(@Nullable String text) {
        if (text == null) {
            return "NULL";
        }
        boolean quoted = text.isEmpty() || text.equalsIgnoreCase("NULL") || text.matches("(?s).*[\"\\\\{},\\s].*");
        return quoted ? "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"" : text;
    }

    private Written row(PgType type) {
        List<@Nullable Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (PgType.Field field : type.fields()) {
            Written item = value(field.type());
            values.add(item.value());
            texts.add(inRow(item.text()));
        }
        return new Written(values, "(" + String.join(",", texts) + ")");
    }

    /** As record_out does. */
    private static String inRow(@Nullable String text) {
        if (text == null) {
            return "";
        }
        boolean quoted = text.isEmpty() || text.matches("(?s).*[\"\\\\(),\\s].*");
        return quoted ? "\"" + text.replace("\\", "\\\\").replace("\"", "\"\"") + "\"" : text;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Row row) {
            return IntStream.range(0, row.layout().columns().size())
                    .mapToObj(i -> plain(row.value(i)))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>();
            list.forEach(item -> plain.add(plain(item)));
            return Collections.unmodifiableList(plain);
        }
        return value;
    }
}
