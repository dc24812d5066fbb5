package dev.cdcpipeline.change;

import org.jspecify.annotations.Nullable;

/**
 * The values of a row, or of a key, by column. Immutable; converted when asked, so that what nobody reads costs nothing.
 *
 * <p>Java types by SQL type: {@code smallint Short, integer Integer, bigint Long, real Float, double precision Double,
 * boolean Boolean, numeric BigDecimal, text/varchar/char/enum/json/jsonb/xml String, uuid UUID, date LocalDate, time LocalTime,
 * timestamp LocalDateTime, timestamptz OffsetDateTime (UTC), bytea byte[]}, a domain its base type, but a domain of numeric
 * {@code String}. An array of {@code integer, bigint, text, varchar, char, json, jsonb, uuid, date, bytea} is a {@code List} of
 * these; arrays of other types are not carried.
 */
public interface Row {

    /** Which columns the row has. */
    RowLayout layout();

    /**
     * The value at an index of the {@link #layout()}.
     *
     * @return null for SQL NULL and for a value that the source did not send ({@link #isUnchanged(int)})
     * @throws dev.cdcpipeline.failure.ConversionException if the value has no Java form, for example a numeric NaN
     */
    @Nullable
    Object value(int index);

    /**
     * The same value in PostgreSQL's own text form, which any column of the same type reads back exactly.
     *
     * @return null for SQL NULL and for a value that the source did not send
     */
    @Nullable
    String text(int index);

    /**
     * Whether the source left this value out because the update did not touch it (a large value stored out of line,
     * "TOAST"). Whoever writes the row on must leave the value that is stored there alone.
     */
    boolean isUnchanged(int index);

    /** Whether any column is unchanged in that sense. */
    boolean hasUnchanged();

    /**
     * The value of a column by name.
     *
     * @throws IllegalArgumentException if the row has no such column
     */
    default @Nullable Object value(String column) {
        return value(requireIndex(column));
    }

    /**
     * The text form of a column by name.
     *
     * @throws IllegalArgumentException if the row has no such column
     */
    default @Nullable String text(String column) {
        return text(requireIndex(column));
    }

    private int requireIndex(String column) {
        int index = layout().indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException("no column '" + column + "', the row has " + layout().columns());
        }
        return index;
    }
}
