package dev.cdcpipeline.benchmarks;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/** Commits rows one by one at a steady rate, and notes when each commit returned. */
final class PacedWriter {
    private final long[] committed;

    PacedWriter(int rows) {
        committed = new long[rows];
    }

    /** Blocks until all rows are written; returns how many per second it reached. */
    double write(Connection source, int perSecond) throws SQLException {
        long pause = 1_000_000_000L / perSecond;
        long start = System.nanoTime();
        try (CallableStatement insert = source.prepareCall("call insert_order(?)")) {
            for (int i = 0; i < committed.length; i++) {
                LockSupport.parkNanos(start + i * pause - System.nanoTime());
                insert.setLong(1, i + 1L);
                insert.execute();
                committed[i] = System.nanoTime();
            }
        }
        return committed.length * 1e9 / (System.nanoTime() - start);
    }

    long committed(int row) {
        return committed[row];
    }
}
