package dev.cdcpipeline.internal.shape;

/**
 * A column of a {@link TableShape}.
 *
 * @param name as PostgreSQL stores it
 * @param field what Debezium knows it by
 * @param typeOid the number of its type
 * @param typeModifier {@code atttypmod}; -1 for none
 * @param inKey whether rows are known by it, among others: it belongs to the primary key, or to the index of REPLICA IDENTITY
 */
public record ShapeColumn(String name, String field, int typeOid, int typeModifier, boolean inKey) {

    /** A column whose name no other of its table has, in whatever case. */
    public ShapeColumn(String name, int typeOid, int typeModifier, boolean inKey) {
        this(name, name, typeOid, typeModifier, inKey);
    }

    /**
     * A column that Debezium must know by another name: it takes names that differ by case only for one.
     *
     * @param position of the column among those of its table
     */
    public ShapeColumn apart(int position) {
        return new ShapeColumn(name, name + '\u0001' + position, typeOid, typeModifier, inKey);
    }
}
