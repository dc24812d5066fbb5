package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.testkit.PostgresSource;

/**
 * Changes that wait in a source database, and what is needed to drain them again and again: the slot, which is copied for each
 * run and never read itself, and a target database that knows the pipeline's first offset, which is copied too.
 */
final class Backlog implements AutoCloseable {
    static final String BASE_SLOT = "backlog";
    static final String TEMPLATE = "prepared";

    private final Servers servers;
    private final String database;
    private final String contents;
    private int runs;

    Backlog(Servers servers, String database, String contents) {
        this.servers = servers;
        this.database = database;
        this.contents = contents;
    }

    /** Lets a pipeline make slot, publication and offset while nothing happens, and writes the changes afterwards. */
    static Backlog prepare(Servers servers, long changes, int perTransaction) throws InterruptedException {
        String database = "shop_" + perTransaction;
        Servers.createOrders(servers.source(), database);
        Servers.createOrders(servers.target(), TEMPLATE);
        Assignment base = Assignment.of(Variant.PIPELINE, 0, servers, database, BASE_SLOT, TEMPLATE);
        // Not until it streams: a slot that was acknowledged has an offset, which targets of other runs would lack.
        WholePipeline.start(base, PipelineListener.NONE).close();
        servers.source()
                .execute(
                        database,
                        "set synchronous_commit = off",
                        "call write_backlog(" + changes + ", " + perTransaction + ")",
                        "checkpoint");
        return new Backlog(servers, database, Servers.contents(servers.source(), database));
    }

    /** Number of rows of the source and a digest of them. */
    String contents() {
        return contents;
    }

    /** What a run of this variant reads and writes; all of it is its own. */
    Assignment newRun(Variant variant, long changes) {
        return newRun(variant, changes, TEMPLATE);
    }

    /** The same with another database to be copied for the target. */
    Assignment newRun(Variant variant, long changes, String template) {
        String name = "run_" + runs++;
        servers.source()
                .execute(database, "select pg_copy_logical_replication_slot('" + BASE_SLOT + "', '" + name + "')");
        PostgresSource target = servers.target();
        target.execute("postgres", "create database " + name + " template " + template);
        target.execute(name, "update cdc_slot set slot_name = '" + name + "'");
        servers.checkpoint();
        return Assignment.of(variant, changes, servers, database, name, name);
    }

    /** Number of rows of a run's view and a digest of them. */
    String contentsOf(Assignment run) {
        return Servers.contents(servers.target(), run.slot());
    }

    /** Removes what a run had. */
    void drop(Assignment run) throws InterruptedException {
        servers.target().dropDatabase(run.slot());
        String slot = " from pg_replication_slots where slot_name = '" + run.slot() + "'";
        while (servers.source().queryLong(database, "select count(*)" + slot + " and active") > 0) {
            servers.source().queryStrings(database, "select pg_terminate_backend(active_pid)" + slot);
            Thread.sleep(100);
        }
        servers.source().queryStrings(database, "select pg_drop_replication_slot(slot_name)" + slot);
    }

    @Override
    public void close() {
        servers.source().dropDatabase(database);
        servers.target().dropDatabase(TEMPLATE);
    }
}
