package dev.cdcpipeline.mirror;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import org.postgresql.PGConnection;

/**
 * What one writer does: single and many rows, COPY, updates, deletes, changes of keys, savepoints, rollbacks, TRUNCATE, and pairs
 * of rows with a negative id that are written to {@code b} and {@code c} together.
 */
final class RandomTransactions extends Transactions {
    private static final int PAIRS = 60;

    private final int largest;
    private final boolean truncates;

    /**
     * @param writer its number, from 0
     * @param writers how many there are
     * @param largest rows of the largest step
     * @param truncates whether it may empty tables
     */
    RandomTransactions(SplittableRandom seeds, int writer, int writers, int largest, boolean truncates) {
        super(seeds, writer, writers, largest);
        this.largest = largest;
        this.truncates = truncates;
    }

    @Override
    protected void step(Connection connection, Statement sql, SplittableRandom random, int n)
            throws SQLException, IOException {
        String table = MirrorMain.TABLES.get(random.nextInt(MirrorMain.TABLES.size()));
        int dice = random.nextInt(100);
        if (dice < 15) {
            sql.execute("insert into " + table + " values (" + ids(1) + ", 'single', " + n + ")");
        } else if (dice < 25) {
            insertMany(sql, table, 2 + random.nextInt(20), n);
        } else if (dice < 32) {
            copy(connection, table, 2 + random.nextInt(60), n);
        } else if (dice < 55) {
            sql.execute("update " + table + " set val = 'updated ' || " + n + ", n = " + n + " where id in "
                    + some(table, random, 8));
        } else if (dice < 70) {
            sql.execute("delete from " + table + " where id in " + some(table, random, 6));
        } else if (dice < 82) {
            int rows = 1 + random.nextInt(3);
            sql.execute("update " + table + " t set id = moved.new_id, n = " + n + " from (select id, " + ids(rows)
                    + " + row_number() over () - 1 as new_id from " + table + " where id in "
                    + some(table, random, rows) + ") moved where t.id = moved.id");
        } else if (dice < 95) {
            pair(sql, random, n);
        } else if (dice < 98 || !truncates) {
            insertMany(sql, table, largest / 2 + random.nextInt(largest / 2), n);
        } else {
            sql.execute(random.nextInt(3) == 0 ? "truncate a" : "truncate b, c");
        }
    }

    private void insertMany(Statement sql, String table, int rows, int n) throws SQLException {
        sql.execute("insert into " + table + " select " + ids(rows) + " + i, 'many ' || i, " + n
                + " from generate_series(0, " + (rows - 1) + ") i");
    }

    /** Rows of a COPY share one place in the log. */
    private void copy(Connection connection, String table, int rows, int n) throws SQLException, IOException {
        StringBuilder lines = new StringBuilder();
        long first = ids(rows);
        for (int i = 0; i < rows; i++) {
            lines.append(first + i).append("\tcopied\t").append(n).append('\n');
        }
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + table + " from stdin", new StringReader(lines.toString()));
    }

    /**
     * Readers must never see one without the other, nor two that differ. One writer at a time for each pair: otherwise the row of c
     * could be seen although that of b was not yet.
     */
    private void pair(Statement sql, SplittableRandom random, int n) throws SQLException {
        long id = -1 - random.nextInt(PAIRS);
        int dice = random.nextInt(8);
        sql.execute("select pg_advisory_xact_lock(" + -id + ")");
        for (String table : new String[] {"b", "c"}) {
            if (dice < 4) {
                sql.execute("insert into " + table + " values (" + id + ", 'pair', " + n
                        + ") on conflict (id) do update set n = excluded.n");
            } else if (dice < 7) {
                sql.execute("update " + table + " set n = " + n + " where id = " + id);
            } else {
                sql.execute("delete from " + table + " where id = " + id);
            }
        }
    }

    private static String some(String table, SplittableRandom random, int rows) {
        return "(select id from " + table + " where id >= 0 and id >= (select (coalesce(max(id), 0) * "
                + random.nextDouble() + ")::bigint from " + table + ") order by id limit " + rows + ")";
    }
}
