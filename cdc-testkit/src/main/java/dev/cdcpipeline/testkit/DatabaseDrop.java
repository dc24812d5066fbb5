package dev.cdcpipeline.testkit;

import java.time.Duration;

/** Drops a database although replication clients hold slots in it and try to reconnect. */
final class DatabaseDrop {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Sql admin;
    private final String name;
    private final String literal;

    DatabaseDrop(Sql admin, String name) {
        this.admin = admin;
        this.name = name;
        this.literal = "'" + name.replace("'", "''") + "'";
    }

    void run() {
        if (admin.number("select count(*) from pg_database where datname = " + literal) == 0) {
            return;
        }
        admin.execute("alter database " + Sql.quote(name) + " with allow_connections false");
        Await.until(
                this::releaseSlots,
                TIMEOUT,
                () -> "Database " + name
                        + " cannot be dropped: replication slots still in use after " + TIMEOUT.toSeconds() + " s: "
                        + admin.column(
                                "select slot_name from pg_replication_slots where active and database = " + literal));
        admin.execute("drop database if exists " + Sql.quote(name) + " with (force)");
    }

    /** Ends the walsenders; the slots they leave behind are dropped with the database. */
    private boolean releaseSlots() {
        admin.column("select pg_terminate_backend(pid) from pg_stat_activity where datname = " + literal);
        return admin.number("select count(*) from pg_replication_slots where active and database = " + literal) == 0;
    }
}
