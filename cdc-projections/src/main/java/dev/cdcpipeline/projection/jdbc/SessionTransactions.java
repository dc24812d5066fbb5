package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.jdbc.BoundedTransaction;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The transactions of one session, one after another, and how another thread breaks the one that runs. */
final class SessionTransactions {
    /** A plan made for an almost empty table would scan it for ever after; the arrays differ in size anyway. */
    static final String CUSTOM_PLANS = "plan_cache_mode = force_custom_plan";
    /** Amounts of money come as they are written in this locale; in another, $1,234.50 is an error or another amount. */
    private static final String MONEY = "lc_monetary = 'C'";
    /** Where {@link #USERS_ZONE} finds the session's own time zone. */
    private static final String KEEP_ZONE = "cdcpipeline.time_zone = ''; select set_config('cdcpipeline.time_zone',"
            + " current_setting('TimeZone'), true)";
    /** Moments come in UTC. A time without a zone becomes one of a column with a zone, in the same zone in every JVM. */
    private static final String UTC = "TimeZone = 'UTC'";
    /** For code of others: the time zone that the session has itself. */
    static final String USERS_ZONE = "select set_config('TimeZone', current_setting('cdcpipeline.time_zone'), true)";
    /** For ours again. */
    static final String OUR_ZONE = "set local " + UTC;
    /** Lets the server notice within a second that we are gone, so that a statement of ours does not hold its locks. */
    private static final String NOTICE_DEATH = "client_connection_check_interval = 1000";

    /** What to do within a transaction; it is committed afterwards. */
    interface Work {
        void run(BoundedTransaction transaction) throws SQLException;
    }

    private final String who;
    private final DataSource dataSource;
    private final Object lock = new Object();
    private String[] settings = {CUSTOM_PLANS, MONEY, KEEP_ZONE, UTC, NOTICE_DEATH};
    private @Nullable BoundedTransaction running;
    private boolean aborted;

    SessionTransactions(String who, DataSource dataSource) {
        this.who = who;
        this.dataSource = dataSource;
    }

    /** Runs and commits; anything thrown rolls back. */
    void run(Work work) throws SQLException {
        Interruption.check(who);
        BoundedTransaction transaction = BoundedTransaction.borrow(dataSource);
        try {
            enter(transaction);
            start(transaction);
            work.run(transaction);
            Interruption.check(who);
            transaction.commit();
        } finally {
            leave();
            transaction.close();
        }
    }

    /** Breaks the transaction that runs, and refuses any later one. */
    void abort() {
        synchronized (lock) {
            aborted = true;
            if (running != null) {
                running.abort();
            }
        }
    }

    private void enter(BoundedTransaction transaction) {
        synchronized (lock) {
            if (aborted) {
                throw new TransientFailure(who + " was aborted");
            }
            running = transaction;
        }
    }

    /** Before the connection goes back to its pool, so that an abort cannot hit its next user. */
    private void leave() {
        synchronized (lock) {
            running = null;
        }
    }

    private void start(BoundedTransaction transaction) throws SQLException {
        try {
            transaction.start(settings);
        } catch (SQLException e) {
            boolean unknownSetting = "42704".equals(e.getSQLState()) || "22023".equals(e.getSQLState());
            if (!unknownSetting || settings.length == 4) {
                throw e;
            }
            settings = new String[] {CUSTOM_PLANS, MONEY, KEEP_ZONE, UTC};
            transaction.connection().rollback();
            transaction.start(settings);
        }
    }
}
