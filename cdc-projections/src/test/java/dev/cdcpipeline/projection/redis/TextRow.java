package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.failure.ConversionException;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row as the decoder hands it over, given by PostgreSQL's text forms; {@link #UNCHANGED} stands for a value not sent. */
record TextRow(RowLayout layout, List<@Nullable String> texts) implements Row {
    /** Compared by identity, so that it can never be meant as text. */
    @SuppressWarnings("StringOperationCanBeSimplified")
    static final String UNCHANGED = new String("unchanged");

    /** @param columnsAndTexts each column as name, space, SQL type, and its text */
    static Row of(@Nullable String... columnsAndTexts) {
        String[] columns = new String[columnsAndTexts.length / 2];
        @Nullable String[] texts = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = columnsAndTexts[2 * i];
            texts[i] = columnsAndTexts[2 * i + 1];
        }
        return new TextRow(layout(columns), Arrays.asList(texts));
    }

    static RowLayout layout(String... columns) {
        List<String[]> parts =
                Arrays.stream(columns).map(column -> column.split(" ", 2)).toList();
        return new RowLayout(
                parts.stream().map(part -> part[0]).toList(),
                parts.stream().map(part -> part.length == 1 ? "text" : part[1]).toList());
    }

    @Override
    public @Nullable Object value(int index) {
        String text = text(index);
        return text == null ? null : value(layout.sqlType(index), text);
    }

    private static Object value(String type, String text) {
        return switch (type) {
            case "bigint" -> Long.valueOf(text);
            case "integer" -> Integer.valueOf(text);
            case "numeric" -> number(text);
            case "double precision" -> Double.valueOf(text);
            case "boolean" -> text.equals("t");
            case "timestamptz" -> OffsetDateTime.parse(text);
            case "bytea" -> Base64.getDecoder().decode(text);
            case "text[]", "jsonb[]" -> Arrays.asList(text.split(";"));
            default -> text;
        };
    }

    private static BigDecimal number(String text) {
        if (text.equals("NaN")) {
            throw new ConversionException("no BigDecimal");
        }
        return new BigDecimal(text);
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
