package dev.cdcpipeline.cache;

import dev.cdcpipeline.mirror.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;

/**
 * What one customer of a {@link Shop} does: rows that come, change, go, get another key or another place, long notes that updates
 * leave alone, TRUNCATE, and pairs of orders with a negative id that are written together, with a number that only grows.
 */
final class ShopTransactions extends Transactions {
    static final int PAIRS = 30;
    private static final int LARGEST = 300;
    private static final int CUSTOMERS = 8;
    private static final String LONG_NOTE = "(select string_agg(md5(random()::text), '') from generate_series(1, 100))";

    private final boolean truncates;

    ShopTransactions(SplittableRandom seeds, int writer, int writers, boolean truncates) {
        super(seeds, writer, writers, LARGEST);
        this.truncates = truncates;
    }

    @Override
    protected void step(Connection connection, Statement sql, SplittableRandom random, int n) throws SQLException {
        int dice = random.nextInt(100);
        if (dice < 16) {
            insert(sql, random, 1 + random.nextInt(5), n);
        } else if (dice < 24) {
            sql.execute("insert into lines select id, 1 + " + random.nextInt(4) + " * i, 'p' || (id + i) % 5, "
                    + (1 + n % 9) + " from orders, generate_series(0, 2) i where id in " + some(random, 6)
                    + " on conflict do nothing");
        } else if (dice < 36) {
            sql.execute("update orders set total = " + n + ", status = " + status(random) + " where id in "
                    + some(random, 8));
        } else if (dice < 44) {
            sql.execute(
                    "update orders set customer = 'c" + random.nextInt(CUSTOMERS) + "' where id in " + some(random, 5));
        } else if (dice < 50) {
            sql.execute("update orders set note = " + note(random, n) + " where id in " + some(random, 3));
        } else if (dice < 57) {
            sql.execute("update lines set quantity = quantity + 1, product = 'p" + random.nextInt(5)
                    + "' where order_id in " + some(random, 6));
        } else if (dice < 66) {
            sql.execute("delete from orders where id in " + some(random, 6));
        } else if (dice < 71) {
            sql.execute("delete from lines where order_id in " + some(random, 6));
        } else if (dice < 78) {
            long first = ids(3);
            sql.execute("update orders t set id = moved.new_id, total = " + n + " from (select id, " + first
                    + " + row_number() over () - 1 as new_id from orders where id in " + some(random, 3)
                    + ") moved where t.id = moved.id");
        } else if (dice < 82) {
            sql.execute("update lines set line = line + 1000 where order_id in " + some(random, 3));
        } else if (dice < 95) {
            pair(sql, random);
        } else if (dice < 98 || !truncates) {
            insert(sql, random, LARGEST / 4 + random.nextInt(LARGEST / 4), n);
        } else {
            sql.execute("truncate " + (random.nextBoolean() ? "orders" : "lines"));
        }
    }

    private void insert(Statement sql, SplittableRandom random, int rows, int n) throws SQLException {
        sql.execute("insert into orders select " + ids(rows) + " + i, 'c' || (i + " + n + ") % " + CUSTOMERS + ", "
                + status(random) + ", " + n + " + i, " + note(random, n) + " from generate_series(0, " + (rows - 1)
                + ") i");
    }

    private static String status(SplittableRandom random) {
        return new String[] {"'new'", "'paid'", "'sent'"}[random.nextInt(3)];
    }

    private static String note(SplittableRandom random, int n) {
        return switch (random.nextInt(4)) {
            case 0 -> "null";
            case 1 -> LONG_NOTE;
            default -> "'note \"" + n + "\"'";
        };
    }

    /** Readers must never see one without the other, nor two that differ, nor a smaller number than before. */
    private static void pair(Statement sql, SplittableRandom random) throws SQLException {
        long pair = 1 + random.nextInt(PAIRS);
        String ids = "(" + -pair + "), (" + -(pair + PAIRS) + ")";
        sql.execute("select pg_advisory_xact_lock(" + pair + ")");
        if (random.nextInt(5) == 0) {
            sql.execute("delete from orders where id in (values " + ids + ")");
        } else {
            sql.execute(
                    "with next as (select nextval('numbers') as n) insert into orders select id, 'pair', 'pair', n, null"
                            + " from next, (values " + ids
                            + ") pair(id) on conflict (id) do update set total = excluded.total");
        }
    }

    private static String some(SplittableRandom random, int rows) {
        return "(select id from orders where id >= 0 and id >= (select (coalesce(max(id), 0) - 500 * "
                + random.nextDouble() + ")::bigint from orders) order by id limit " + rows + ")";
    }
}
