package dev.cdcpipeline.projection.redis;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.UUID;

/** Java values as the text that PostgreSQL has for them, for those of which there is only one. */
final class PlainText {

    private PlainText() {}

    /** @throws IllegalArgumentException for a class whose text depends on more than the value */
    static String of(Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Boolean truth) {
            return truth ? "t" : "f";
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof CharSequence
                || value instanceof Character
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger
                || value instanceof UUID
                || value instanceof LocalDate) {
            return value.toString();
        }
        throw new IllegalArgumentException("a " + value.getClass().getName()
                + " has more than one text; give the String that PostgreSQL has for it");
    }
}
