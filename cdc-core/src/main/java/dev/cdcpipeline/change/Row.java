package dev.cdcpipeline.change;

import org.jspecify.annotations.Nullable;

/**
 * The values of a row, or of a key, by column. Immutable; converted when asked, so that what nobody reads costs nothing.
 *
 * <p>What {@link #value(int)} gives, by SQL type:
 *
 * <table>
 * <caption>Java types by SQL type</caption>
 * <tr><th>SQL type</th><th>Java type</th></tr>
 * <tr><td>smallint, integer</td><td>Short, Integer</td></tr>
 * <tr><td>bigint, oid</td><td>Long</td></tr>
 * <tr><td>real, double precision</td><td>Float, Double; with NaN and infinities</td></tr>
 * <tr><td>numeric</td><td>BigDecimal, with its scale; none for NaN and infinities</td></tr>
 * <tr><td>money</td><td>BigDecimal</td></tr>
 * <tr><td>boolean</td><td>Boolean</td></tr>
 * <tr><td>bytea</td><td>byte[]</td></tr>
 * <tr><td>uuid</td><td>UUID</td></tr>
 * <tr><td>date</td><td>LocalDate; none for infinity</td></tr>
 * <tr><td>time</td><td>LocalTime; none for 24:00</td></tr>
 * <tr><td>timetz</td><td>OffsetTime; none for 24:00</td></tr>
 * <tr><td>timestamp</td><td>LocalDateTime; none for infinity</td></tr>
 * <tr><td>timestamptz</td><td>OffsetDateTime in UTC; none for infinity</td></tr>
 * <tr><td>interval</td><td>{@link Interval}</td></tr>
 * <tr><td>json, jsonb</td><td>String, the document as it is</td></tr>
 * <tr><td>hstore</td><td>Map of String to String, values may be null</td></tr>
 * <tr><td>a domain</td><td>that of its base type</td></tr>
 * <tr><td>an array</td><td>List of these, with null elements; of several dimensions, List of lists</td></tr>
 * <tr><td>a composite type</td><td>Row</td></tr>
 * <tr><td>any other: text, varchar, char, citext, xml, enums, inet, cidr, bit, ranges, geometry, tsvector, ltree ...</td>
 *     <td>String, the value's text</td></tr>
 * </table>
 *
 * <p>Where a value has no Java form, {@link #text(int)} still gives it exactly.
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
