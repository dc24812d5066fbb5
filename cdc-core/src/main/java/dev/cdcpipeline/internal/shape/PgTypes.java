package dev.cdcpipeline.internal.shape;

/** The types of one source by their number. May ask the source; keeps what it was told. */
public interface PgTypes {

    /**
     * @return never null; {@link PgType#unknown} for one that has been dropped since
     * @throws dev.cdcpipeline.failure.CdcException if the source does not answer
     */
    PgType type(int oid);

    /**
     * The type as {@code CREATE TABLE} takes it, for {@link dev.cdcpipeline.change.RowLayout#sqlType}.
     *
     * @param modifier {@code atttypmod}: length, precision and the like; -1 for none
     * @throws dev.cdcpipeline.failure.CdcException if the source does not answer
     */
    String sqlName(int oid, int modifier);

    /**
     * The type that {@link #sqlName} names now, whatever its length and precision.
     *
     * @return never null; {@link PgType#unknown} if there is none of this name any more
     * @throws dev.cdcpipeline.failure.CdcException if the source does not answer
     */
    PgType named(String sqlName);

    /** Forgets what may have been altered, because a table came in a new shape: every type that PostgreSQL did not bring. */
    default void refresh() {}

    /**
     * A type that a value shows to have been altered since it was asked for.
     *
     * @return as the catalog has it now
     * @throws dev.cdcpipeline.failure.CdcException if the source does not answer
     */
    default PgType reread(int oid) {
        return type(oid);
    }
}
