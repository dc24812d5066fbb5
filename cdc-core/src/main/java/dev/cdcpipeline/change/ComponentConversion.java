package dev.cdcpipeline.change;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.failure.SchemaDrift;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Takes a column of a row to a component of a record, from the column's value or, where that keeps more, from its text. */
final class ComponentConversion {
    private final RecordColumn column;
    private final String where;
    private final String record;
    private final Input input;
    private final Conversion conversion;

    private enum Input {
        VALUE,
        TEXT,
        TEXTS_OF_ARRAY
    }

    /**
     * @param table for errors: the table, or the column of a composite type
     * @param record the record's class, for errors
     */
    ComponentConversion(String table, String record, RecordColumn column) {
        this.column = column;
        this.where = table + "." + column.column();
        this.record = record;
        this.input = input(column.type(), column.converters());
        this.conversion = Conversion.to(column.type(), column.converters(), where);
    }

    private static Input input(Type type, Converters converters) {
        if (!converters.readsText(type)) {
            return Input.VALUE;
        }
        if (converters.of(type) != null) {
            return Input.TEXT;
        }
        Type held = ComponentTypes.optional(type);
        if (held != null) {
            return input(held, converters);
        }
        return ComponentTypes.element(type) == null ? Input.TEXT : Input.TEXTS_OF_ARRAY;
    }

    /**
     * @throws SchemaDrift if no value of such a column fits
     * @throws ConversionException if this value does not
     */
    @Nullable
    Object convert(Row row, int index) {
        try {
            Object given = given(row, index);
            if (given != null) {
                return conversion.convert(given);
            }
        } catch (Misfit e) {
            throw refusal(e, row.layout().sqlType(index));
        }
        if (column.isPrimitive()) {
            throw new ConversionException(where + " is null, but component '" + column.component() + "' of " + record
                    + " is a primitive; use its wrapper class");
        }
        return conversion.absent();
    }

    private @Nullable Object given(Row row, int index) {
        if (input == Input.VALUE) {
            return value(row, index);
        }
        String text = row.text(index);
        if (text == null || input == Input.TEXT) {
            return text;
        }
        String sqlType = row.layout().sqlType(index);
        if (sqlType.startsWith("json") && !sqlType.endsWith("]") || !ArrayText.isArray(text)) {
            return text;
        }
        return ArrayText.parse(text, sqlType.startsWith("box") ? ';' : ',');
    }

    private @Nullable Object value(Row row, int index) {
        try {
            return row.value(index);
        } catch (ConversionException e) {
            throw new ConversionException(
                    where + " has no Java value for component '" + column.component() + "' of " + record + ": "
                            + e.getMessage() + "; use String to have its text",
                    e);
        }
    }

    private CdcException refusal(Misfit e, String sqlType) {
        String message = where + (sqlType.isEmpty() ? "" : " (" + sqlType + ")") + ": component '" + column.component()
                + "' of " + record + " cannot take the " + (e.isOfType() ? "column" : "value") + ": " + e.getMessage();
        return e.isOfType() ? new SchemaDrift(message, e.getCause()) : new ConversionException(message, e.getCause());
    }
}
