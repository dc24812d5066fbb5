package dev.cdcpipeline.internal.bridge;

import io.debezium.data.SpecialValueDecimal;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * Carries every column as PostgreSQL's text. What streams is text already ({@link PgoutputDecoder}); what a load reads is text
 * for nearly all types ({@link TextTypes}), and for the others something that gives its text exactly.
 */
public final class TextConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {
    /** The names under which Debezium is told of it. */
    public static final String NAME = "cdctext";

    @Override
    public void configure(Properties settings) {
        // there is nothing to choose
    }

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        Object unused = column.hasDefaultValue() ? column.defaultValue() : null;
        if (unused == null) {
            registration.register(new TextField(), value -> text(column, value));
            return;
        }
        // Debezium asks once for the column's default, before any row, as its own type has it, which is no text.
        AtomicBoolean asked = new AtomicBoolean();
        registration.register(
                new TextField(),
                value -> value == unused && asked.compareAndSet(false, true) ? null : text(column, value));
    }

    private static @Nullable String text(RelationalColumn column, @Nullable Object value) {
        if (value == null || value instanceof String) {
            return (String) value;
        }
        if (value instanceof Integer || value instanceof Long || value instanceof Short) {
            return value.toString();
        }
        if (value instanceof SpecialValueDecimal decimal) {
            return decimal.getDecimalValue().map(BigDecimal::toPlainString).orElseGet(() -> special(decimal));
        }
        if (value instanceof BigDecimal amount) { // other decimals come as the one above
            return MoneyText.of(amount);
        }
        if (value.getClass() == PGobject.class) {
            return ((PGobject) value).getValue();
        }
        if (value instanceof Array array) {
            return array.toString();
        }
        if (value instanceof SQLXML xml) {
            return text(xml);
        }
        throw new ConnectException("column " + column.dataCollection() + "." + column.name() + " of type "
                + column.typeName() + " was read as " + value.getClass().getName()
                + ", which may not be exact; the connection was probably opened anew, and is again");
    }

    private static String text(SQLXML xml) {
        try {
            return xml.getString();
        } catch (SQLException e) {
            throw new ConnectException("cannot read an xml value", e);
        }
    }

    private static String special(SpecialValueDecimal decimal) {
        if (decimal.equals(SpecialValueDecimal.NOT_A_NUMBER)) {
            return "NaN";
        }
        return decimal.equals(SpecialValueDecimal.POSITIVE_INF) ? "Infinity" : "-Infinity";
    }
}
