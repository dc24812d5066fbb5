package dev.cdcpipeline.mirror;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.SplittableRandom;

/**
 * The transactions of one writer, of one to four random steps each, with savepoints and rollbacks. The seed decides the statements of
 * each of its transactions, whatever becomes of the ones before; which rows they meet depends on the other writers.
 */
public abstract class Transactions {
    private static final long FIRST_ID = 1_000_000;
    private static final int STEPS = 8;

    private final SplittableRandom seeds;
    private final int writer;
    private final int writers;
    private final int largest;
    private long transaction;
    private long nextId;
    private SplittableRandom random;

    /**
     * @param writer its number, from 0
     * @param writers how many there are
     * @param largest so many rows the largest step makes at most
     */
    protected Transactions(SplittableRandom seeds, int writer, int writers, int largest) {
        this.seeds = seeds;
        this.writer = writer;
        this.writers = writers;
        this.largest = largest;
        this.random = seeds;
    }

    /** Executes the next transaction, and says whether it was committed. After an exception it must be rolled back. */
    final boolean runNext(Connection connection) throws SQLException, IOException {
        random = seeds.split();
        long number = transaction++ * writers + writer;
        nextId = FIRST_ID + number * STEPS * largest;
        try (Statement sql = connection.createStatement()) {
            int steps = 1 + random.nextInt(4);
            for (int i = 0; i < steps; i++) {
                stepOrSavepoint(connection, sql, (int) (number * STEPS) + i);
            }
        }
        if (random.nextInt(10) == 0) {
            connection.rollback();
            return false;
        }
        connection.commit();
        return true;
    }

    private void stepOrSavepoint(Connection connection, Statement sql, int n) throws SQLException, IOException {
        if (random.nextInt(8) != 0) {
            step(connection, sql, random, n);
            return;
        }
        Savepoint savepoint = connection.setSavepoint();
        step(connection, sql, random, n);
        if (random.nextBoolean()) {
            connection.rollback(savepoint);
        } else {
            connection.releaseSavepoint(savepoint);
        }
    }

    /**
     * One step.
     *
     * @param n its number, which no other step has
     */
    protected abstract void step(Connection connection, Statement sql, SplittableRandom random, int n)
            throws SQLException, IOException;

    /** The first of so many ids that nobody has had. */
    protected final long ids(int count) {
        long first = nextId;
        nextId += count;
        return first;
    }
}
