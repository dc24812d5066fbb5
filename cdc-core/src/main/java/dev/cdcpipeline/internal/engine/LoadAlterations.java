package dev.cdcpipeline.internal.engine;

/**
 * Counts the engines in a row that ended because a table was altered while it was loaded, and read no row before. Some are
 * usual, each at an alteration; many mean that what the stream tells of the table is never what the catalog says. One thread.
 */
final class LoadAlterations {
    private static final int FEW = 5;

    private int inARow;
    private long rowsBefore = -1;

    /**
     * Another engine has ended so.
     *
     * @param rowsRead how many rows loads have read so far, in all engines
     * @return whether they are too many
     */
    boolean another(long rowsRead) {
        inARow = rowsRead == rowsBefore ? inARow + 1 : 1;
        rowsBefore = rowsRead;
        return areTooMany();
    }

    /** An engine has ended otherwise, with all that it was to load. */
    void none() {
        inARow = 0;
    }

    boolean areTooMany() {
        return inARow > FEW;
    }

    int inARow() {
        return inARow;
    }
}
