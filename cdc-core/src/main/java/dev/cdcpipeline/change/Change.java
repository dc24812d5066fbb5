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
     * The row as it was: whole, or null. Half a row is never handed out, because its gaps could not be told from NULL.
     *
     * @return null unless the table has REPLICA IDENTITY FULL and the operation is an update or delete. With any other identity
     *     PostgreSQL sends no more of the old row than its key: see {@link #key()} and {@link #previousKey()}
     * @throws dev.cdcpipeline.failure.SchemaDrift as {@link #after()}
     * @throws dev.cdcpipeline.failure.ConversionException as {@link #after()}
     */
    @Nullable
    T before();

    /**
     * The row as it is now.
     *
     * @return null for {@link Operation#DELETE} and {@link Operation#TRUNCATE}
     * @throws dev.cdcpipeline.failure.SchemaDrift if the row lacks a column of the record, or has one of a type that its component
     *     cannot take
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
     * Whether the update left this column alone and the source therefore did not send its value: a large one that is stored out
     * of line ("TOAST"). {@link #after()} shows null there, or an empty {@code Optional}, which is not what the row has: leave
     * alone what is stored of it. False for every column of a change that has no row, and with REPLICA IDENTITY FULL, which brings
     * such values along.
     *
     * @param column its name as PostgreSQL stores it
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
