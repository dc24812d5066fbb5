package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.policy.FailureDecision;
import dev.cdcpipeline.policy.ParkingLimits;
import dev.cdcpipeline.testkit.PostgresSource;

/** A backlog, and target databases with {@link Parked} changes: a pipeline has parked them, since the view refused their rows. */
final class ParkedBacklog implements AutoCloseable {
    static final int ROWS = 10_000;

    private static final String SOURCE = "shop_letters";
    private static final ParkingLimits ANY = ParkingLimits.standard().share(1, 100_000, 100_000);
    private static final int PER_TRANSACTION = 100;
    private static final String CHANGED = " from orders o where id > 0";

    private final Servers servers;
    private final Backlog backlog;

    private ParkedBacklog(Servers servers, Backlog backlog) {
        this.servers = servers;
        this.backlog = backlog;
    }

    /** Has the rows -1 to -20,000 parked, and writes a backlog that changes the first half of them. */
    static ParkedBacklog prepare(Servers servers, long changes) throws InterruptedException {
        PostgresSource source = servers.source();
        PostgresSource target = servers.target();
        Servers.createOrders(source, SOURCE);
        Servers.createOrders(target, Backlog.TEMPLATE);
        Assignment base = Assignment.of(Variant.PIPELINE, 0, servers, SOURCE, Backlog.BASE_SLOT, Backlog.TEMPLATE);
        target.execute(Backlog.TEMPLATE, "alter table orders add constraint no_old_row check (id > 0)");
        try (WholePipeline pipeline = WholePipeline.start(base, ParkedBacklog::parkAll, PipelineListener.NONE)) {
            pipeline.awaitStreaming();
            source.execute(
                    SOURCE,
                    "do $$ begin for i in 1.." + 2 * ROWS
                            + " loop call insert_order(-i); if i % 500 = 0 then commit; end if;" + " end loop; end $$");
            while (target.queryLong(Backlog.TEMPLATE, "select count(*) from cdc_dead_letter") < 2 * ROWS) {
                Thread.sleep(200);
            }
        }
        target.execute(Backlog.TEMPLATE, "alter table orders drop constraint no_old_row");
        source.execute(
                SOURCE,
                "set synchronous_commit = off",
                "call write_backlog(" + changes + ", " + PER_TRANSACTION + ", " + ROWS + ")",
                "checkpoint");
        String id = "(row_key ->> 'id')::bigint";
        copy(target, Parked.NONE, "true");
        copy(target, Parked.AWAY, id + " >= " + -ROWS);
        copy(target, Parked.HIT, id + " < " + -ROWS);
        return new ParkedBacklog(servers, new Backlog(servers, SOURCE, Servers.contents(source, SOURCE)));
    }

    private static CdcPipelineBuilder parkAll(CdcPipelineBuilder builder) {
        return builder.failurePolicy(failed -> new FailureDecision.Park()).parkingLimits(ANY);
    }

    private static void copy(PostgresSource target, Parked parked, String without) {
        target.execute("postgres", "create database " + parked.template() + " template " + Backlog.TEMPLATE);
        target.execute(
                parked.template(), "delete from cdc_dead_letter where " + without, "vacuum full cdc_dead_letter");
    }

    Assignment newRun(Parked parked, long changes) {
        return backlog.newRun(Variant.PIPELINE, changes, parked.template());
    }

    /** The rows that are not parked are those of the source, and what is parked is what must be. */
    void check(Parked parked, Assignment run, long changes) {
        String digest = "select count(*) || ' rows, ' || md5(string_agg(md5(o::text), '' order by id))" + CHANGED;
        String source = servers.source().queryString(SOURCE, digest);
        String view = servers.target().queryString(run.slot(), digest);
        long letters = servers.target().queryLong(run.slot(), "select count(*) from cdc_dead_letter");
        long expected = parked == Parked.NONE ? 0 : parked == Parked.AWAY ? ROWS : ROWS + changes / 100;
        if (!source.equals(view) || letters != expected) {
            throw new IllegalStateException("the figure does not count: view " + view + ", source " + source + ", "
                    + letters + " letters, " + expected + " expected");
        }
    }

    void drop(Assignment run) throws InterruptedException {
        backlog.drop(run);
    }

    @Override
    public void close() {
        for (Parked parked : Parked.values()) {
            servers.target().dropDatabase(parked.template());
        }
        backlog.close();
    }
}
