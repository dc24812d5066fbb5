package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.failure.ConversionException;

/** The ways in which a text has no Java value. None tells the user's data. */
final class Unreadable {

    private Unreadable() {}

    /** For a word that SQL knows and Java does not: {@code infinity}, {@code NaN}, {@code 24:00:00}. */
    static ConversionException word(String sqlType, String word, String javaType) {
        return new ConversionException(sqlType + " '" + word + "' has no " + javaType + ", only a text");
    }

    /** For a text that is not written as expected. */
    static ConversionException as(String sqlType, String javaType) {
        return new ConversionException(
                "a value of SQL type " + sqlType + " cannot be read as " + javaType + ", only as text");
    }
}
