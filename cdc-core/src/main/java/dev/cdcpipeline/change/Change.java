package dev.cdcpipeline.change;

import org.jspecify.annotations.Nullable;

/**
 * One change of one row of a source table. Immutable; rows are converted when asked.
 *
 * @param <T> how rows are shown: a record ({@link SourceTable}) or {@link Row}
 */
public interface Change<T> {

    Operation operation();

    /** The table the row belongs to. */
    TableName table();

    /**
     * The key of the row: its primary key columns, or those of REPLICA IDENTITY USING INDEX.
     *
     * @return null for {@link Operation#TRUNCATE} and for a table without a key
     */
    @Nullable
    Row key();

    /**
     * The row as it was.
     *
     * @return null unless the table has REPLICA IDENTITY FULL and the operation is an update or delete: otherwise
     *     PostgreSQL sends no more than the key (see {@link #key()})
     */
    @Nullable
    T before();

    /**
     * The row as it is now.
     *
     * @return null for {@link Operation#DELETE} and {@link Operation#TRUNCATE}
     * @throws dev.cdcpipeline.failure.SchemaDrift if the row lacks a column of the record
     * @throws dev.cdcpipeline.failure.ConversionException if it has a value that its component cannot take
     */
    @Nullable
    T after();

    /**
     * For a {@link Operation#CREATE} that is one half of an update of the key: the key that the row had before. The
     * {@link Operation#DELETE} of that key comes right before it in the same transaction.
     */
    @Nullable
    Row previousKey();

    /**
     * Whether the update left this column alone and the source therefore did not send its value; {@link #after()} shows
     * null there.
     *
     * @throws IllegalArgumentException if the row has no such column
     */
    boolean isUnchanged(String column);

    /**
     * Whether the update left this column alone, and {@link #after()} shows what the source had there when it was asked
     * ({@link SourceTable#rereadUnchanged()}): perhaps newer than the change. {@link #isUnchanged} is false then.
     */
    default boolean isReread(String column) {
        return false;
    }

    /** The change without what was read again at the source; itself where nothing was. */
    default Change<T> asSent() {
        return this;
    }

    /** Where the change comes from. */
    ChangeSource source();

    /** The place in the shard's stream, as in {@link #source()}. */
    Position position();
}
