package dev.cdcpipeline.testkit;

/** Looks for what a PostgreSQL server says when it has committed, in the bytes of one connection, however they are cut. */
final class CommitAnswers {
    /** CommandComplete, its length, COMMIT. A transaction that had failed is answered with ROLLBACK. */
    private static final byte[] COMMITTED = {'C', 0, 0, 0, 11, 'C', 'O', 'M', 'M', 'I', 'T', 0};

    private int matched;

    /** Whether an answer ends in the next bytes. */
    boolean endIn(byte[] bytes, int length) {
        boolean found = false;
        for (int i = 0; i < length; i++) {
            if (bytes[i] != COMMITTED[matched]) {
                matched = beginsAgain(bytes[i]);
            } else if (++matched == COMMITTED.length) {
                matched = 0;
                found = true;
            }
        }
        return found;
    }

    /** The second C may be the first of an answer, too. */
    private int beginsAgain(byte other) {
        if (matched == 6 && other == 0) {
            return 2;
        }
        return other == COMMITTED[0] ? 1 : 0;
    }
}
