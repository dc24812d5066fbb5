package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import org.junit.jupiter.api.Test;

/** The GRANTs of docs/operations.md are enough for everything, first load and heartbeat included. */
class LeastPrivilegeIT {

    @Test
    void a_role_with_the_documented_rights_runs_everything_once_the_owner_has_made_the_publication()
            throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            Role role = bench.keep(Role.create(bench.source(), "login replication"));
            bench.source()
                    .execute(
                            "revoke all on database " + bench.source().name() + " from public",
                            "grant connect on database " + bench.source().name() + " to " + role.name(),
                            "revoke all on schema public from public",
                            "grant usage on schema public to " + role.name(),
                            "grant select on public.a, public.b to " + role.name(),
                            "create publication cdc_bench_db0 for table public.a, public.b");
            runsEverything(bench, role);
        }
    }

    @Test
    void a_role_that_owns_the_tables_needs_no_publication_made_beforehand() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            Role role = bench.keep(Role.create(bench.source(), "login replication"));
            bench.source()
                    .execute(
                            "revoke all on database " + bench.source().name() + " from public",
                            "grant connect, create on database "
                                    + bench.source().name() + " to " + role.name(),
                            "alter table a owner to " + role.name(),
                            "alter table b owner to " + role.name(),
                            "alter table journal owner to " + role.name(),
                            "grant all on sequence journal_seq_seq to " + role.name());
            runsEverything(bench, role);
            assertThat(Bench.rows(
                            bench.source(),
                            "select tablename from pg_publication_tables where pubname = 'cdc_bench_db0'"))
                    .containsExactlyInAnyOrder("a", "b");
        }
    }

    private static void runsEverything(Bench bench, Role role) throws InterruptedException {
        bench.source().execute("insert into a select i, 'old', i from generate_series(1, 3000) i");
        bench.source().execute("truncate journal");
        for (int start = 1; start <= 2; start++) {
            CdcPipeline pipeline = bench.startLoaded(CdcPipeline.builder()
                    .name("bench")
                    .offsets(JdbcOffsets.in(bench.pool()))
                    .shard(bench.shard("db0")
                            .user(role.name())
                            .password(Role.PASSWORD)
                            .build())
                    .target(bench.mirror()));
            bench.source().execute("update a set val = 'changed' where id % 7 = 0", "delete from a where id % 11 = 0");
            bench.source()
                    .execute("insert into b select i, 'new', i from generate_series(" + start + "00, " + start
                            + "50) i");
            bench.awaitApplied(pipeline);
            bench.assertExact();

            long flushed = flushed(bench);
            Bench.eventually(() -> assertThat(flushed(bench))
                    .as("acknowledged while idle, by the heartbeat")
                    .isGreaterThan(flushed));
            Bench.eventually(() -> assertThat(bench.status(pipeline).lagBytes()).isPresent());
            assertThat(bench.status(pipeline).lastError()).isEmpty();
            pipeline.close();
            bench.assertNothingLeftBehind();
        }
    }

    private static long flushed(Bench bench) {
        return bench.source()
                .queryLong("select confirmed_flush_lsn - '0/0'::pg_lsn from pg_replication_slots"
                        + " where slot_name = 'cdc_bench_db0' and database = current_database()");
    }
}
