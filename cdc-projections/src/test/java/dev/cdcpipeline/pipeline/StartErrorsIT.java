package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.SchemaDrift;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.shard.PostgresShardBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What start() says when it cannot start: the shard, what is wrong and what to do, soon and without a password; and that it
 * leaves nothing behind.
 */
class StartErrorsIT {
    private static final Duration BOUND = Duration.ofSeconds(20);

    /** Fits table {@code a} in no column but {@code id}. */
    record Misfit(long id, List<Integer> val, int n, String nothing) {}

    @Test
    void a_server_that_cannot_be_reached_or_refuses_us_is_named_with_what_to_check() throws IOException {
        try (Bench bench = new Bench().source("db0")) {
            Role role = bench.keep(Role.create(bench.source(), "login superuser"));
            PostgresShardBuilder shard = bench.shard("db0").user(role.name());

            assertThat(refusal(bench, shard.password("wrong-" + Role.PASSWORD)))
                    .contains("[db0]", "refused the password of user '" + role.name() + "'", "password(...)");
            shard.password(Role.PASSWORD);
            assertThat(refusal(bench, shard.database("no_such_database")))
                    .contains("[db0]", "has no database 'no_such_database'", "database(...)");
            shard.database(bench.source().name());
            assertThat(refusal(bench, shard.host("no-such-host.invalid")))
                    .contains("[db0]", "no-such-host.invalid", "cannot be reached", "host(...)");
            int port = Bench.closedPort();
            assertThat(refusal(bench, shard.host("127.0.0.1").port(port)))
                    .contains("[db0]", "127.0.0.1:" + port, "cannot be reached", "port(...)");
            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
        }
    }

    @Test
    void a_server_without_logical_decoding_is_refused_with_the_setting() {
        try (PostgresSource server =
                        PostgresSource.builder().setting("wal_level", "replica").start();
                Bench bench = new Bench().source("db0", server)) {
            assertThat(refusal(bench, bench.shard("db0")))
                    .contains("[db0]", "wal_level is 'replica'", "ALTER SYSTEM SET wal_level = 'logical'", "restart");
        }
    }

    @Test
    void everything_that_does_not_fit_is_said_in_one_message() {
        try (Bench bench = new Bench().source("db0")) {
            bench.source().execute("create table keyless (id bigint not null, val text, n int)");
            bench.source().execute("create table full_identity (like keyless)");
            bench.source().execute("alter table full_identity replica identity full");
            HandlerProjection projection = HandlerProjection.named("misfits")
                    .on(SourceTable.of("public.a", Misfit.class), (change, handle) -> {})
                    .on(SourceTable.of("public.keyless", Item.class), (change, handle) -> {})
                    .on(SourceTable.of("public.full_identity", Item.class), (change, handle) -> {})
                    .on(SourceTable.of("public.missing", Item.class), (change, handle) -> {});

            Throwable failure = failure(bench.builder()
                    .target(JdbcTarget.named("misfits", bench.pool()).project(projection)));

            assertThat(failure)
                    .hasCauseInstanceOf(SchemaDrift.class)
                    .message()
                    .contains("[db0]")
                    .contains(
                            "public.a.val", "'val' (java.util.List<java.lang.Integer>)", "SQL type text", "use String")
                    .contains("public.a.n", "'n' (int)", "SQL type integer", "SET NOT NULL")
                    .contains("public.a.nothing", "has no column")
                    .contains("table public.keyless has no primary key", "add one", "FirstLoad.SNAPSHOT")
                    .contains("table public.full_identity has no primary key", "FirstLoad.NONE")
                    .contains("table public.missing does not exist in database "
                            + bench.source().name())
                    .doesNotContain("public.a.id");
            assertThat(Bench.rows(bench.source(), "select pubname from pg_publication"))
                    .isEmpty();
            bench.assertNothingLeftBehind();
        }
    }

    @Test
    void a_view_that_does_not_fit_is_refused_with_what_to_create() {
        try (Bench bench = new Bench().source("db0")) {
            bench.readModel().execute("create table narrow (id bigint primary key, val text)");
            bench.readModel().execute("create table keyless (id bigint, val text, n int)");

            assertThat(refusal(bench.builder().target(into(bench, "no_such_view"))))
                    .contains("[db0]", "target 'views'", "no_such_view", "does not exist", "into(...)");
            assertThat(refusal(bench.builder().target(into(bench, "narrow"))))
                    .contains("[db0]", "target 'views'", "narrow", "has no column 'n'");
            assertThat(refusal(bench.builder().target(into(bench, "keyless"))))
                    .contains("[db0]", "target 'views'", "keyless", "add primary key", "id");
            bench.assertNothingLeftBehind();
            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
        }
    }

    @Test
    void a_role_that_lacks_a_right_is_told_which() {
        try (Bench bench = new Bench().source("db0")) {
            Role reader = bench.keep(Role.create(bench.source(), "login"));
            PostgresShardBuilder shard = bench.shard("db0").user(reader.name()).password(Role.PASSWORD);

            assertThat(refusal(bench, shard))
                    .contains("[db0]", "may not replicate", "ALTER ROLE " + reader.name() + " REPLICATION");
            bench.source().execute("alter role " + reader.name() + " replication");
            assertThat(refusal(bench, shard))
                    .contains("[db0]", "GRANT SELECT ON \"public\".\"a\" TO \"" + reader.name() + "\"");
            bench.source().execute("grant select on a, b to " + reader.name());
            assertThat(refusal(bench, shard))
                    .contains(
                            "[db0]", "let the owner of the tables run: CREATE PUBLICATION \"cdc_bench_db0\" FOR TABLE")
                    .contains("\"public\".\"a\", \"public\".\"b\"");
            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
        }
    }

    @Test
    void a_slot_of_someone_else_is_neither_used_nor_dropped() {
        try (Bench bench = new Bench().source("db0")) {
            bench.source().execute("select pg_create_logical_replication_slot('cdc_bench_db0', 'pgoutput')");

            assertThat(refusal(bench, bench.shard("db0")))
                    .contains("[db0]", "slot 'cdc_bench_db0' exists", "slot(...)", "pg_drop_replication_slot");

            assertThat(Bench.slots(bench.source(), "true")).containsExactly("cdc_bench_db0");
        }
    }

    @Test
    void a_slot_that_was_dropped_or_read_by_someone_else_between_two_starts_is_refused() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            runOnce(bench);
            bench.source().execute("insert into a values (10, 'not seen', 1)");
            bench.source().execute("select pg_replication_slot_advance('cdc_bench_db0', pg_current_wal_insert_lsn())");
            assertThat(refusal(bench, bench.shard("db0")))
                    .contains("[db0]", "slot 'cdc_bench_db0' was acknowledged up to", "beyond the stored boundary")
                    .contains("docs/operations.md");

            bench.source().execute("select pg_drop_replication_slot('cdc_bench_db0')");
            assertThat(refusal(bench, bench.shard("db0")))
                    .contains("[db0]", "slot 'cdc_bench_db0' is gone", "docs/operations.md");
            assertThat(bench.readModel().queryLong("select count(*) from a_view where id = 10"))
                    .isZero();
            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
        }
    }

    @Test
    void a_server_of_another_or_an_older_state_is_refused(@TempDir Path directory)
            throws InterruptedException, IOException {
        Path data = directory.resolve("data");
        try (Bench bench = new Bench()) {
            try (PostgresSource server =
                    PostgresSource.builder().dataDirectory(data).start()) {
                bench.source("db0", server);
                runOnce(bench);
            }
            copy(data, directory.resolve("backup"));
            try (PostgresSource server =
                    PostgresSource.builder().dataDirectory(data).start()) {
                CdcPipeline pipeline = bench.start(pipeline(bench, at(bench, server)));
                server.execute(
                        bench.source().name(), "insert into a select i, 'new', i from generate_series(100, 5000) i");
                String lsn = server.currentWalLsn();
                assertThat(pipeline.awaitApplied("db0", lsn, Bench.PATIENCE)).isTrue();
                pipeline.close();
            }
            try (PostgresSource older = PostgresSource.builder()
                    .dataDirectory(directory.resolve("backup"))
                    .start()) {
                assertThat(refusal(pipeline(bench, at(bench, older))))
                        .contains("[db0]", "stored boundary", "is beyond the source's WAL", "docs/operations.md");
            }
            try (Bench other = new Bench().source("db0")) {
                PostgresShardBuilder shard = at(bench, PostgresSource.shared())
                        .database(other.source().name());
                assertThat(refusal(pipeline(bench, shard)))
                        .contains("[db0]", "another server", "system identifier", "host(...)");
                assertThat(Bench.slots(other.source(), "true")).isEmpty();
            }
        }
    }

    @Test
    void a_home_database_or_target_that_cannot_be_reached_is_named() throws IOException {
        try (Bench bench = new Bench().source("db0")) {
            int port = Bench.closedPort();
            PGSimpleDataSource nowhere = new PGSimpleDataSource();
            nowhere.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/home?user=cdc&password=" + Role.PASSWORD);

            assertThat(refusal(CdcPipeline.builder()
                            .name("bench")
                            .offsets(JdbcOffsets.in(nowhere))
                            .shard(bench.shard("db0").build())
                            .target(bench.mirror())))
                    .contains("home database", "127.0.0.1:" + port);
            assertThat(refusal(bench.builder()
                            .target(JdbcTarget.named("away", nowhere)
                                    .project(HandlerProjection.named("none").on(Item.A, (change, handle) -> {})))))
                    .contains("[db0]", "target 'away'", "127.0.0.1:" + port);
            bench.assertNothingLeftBehind();
            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
        }
    }

    private static void runOnce(Bench bench) throws InterruptedException {
        bench.source().execute("insert into a values (1, 'seen', 1)");
        CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
        bench.source().execute("insert into a values (2, 'seen', 2)");
        bench.awaitApplied(pipeline);
        pipeline.close();
        bench.assertNothingLeftBehind();
    }

    private static JdbcTarget into(Bench bench, String view) {
        return JdbcTarget.named("views", bench.pool())
                .project(UpsertProjection.from(Item.A).into(view).build());
    }

    private static PostgresShardBuilder at(Bench bench, PostgresSource server) {
        return bench.shard("db0").host(server.host()).port(server.port());
    }

    private static CdcPipelineBuilder pipeline(Bench bench, PostgresShardBuilder shard) {
        PostgresShard built = shard.build();
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(built)
                .target(bench.mirror());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(
                            file, to.resolve(from.relativize(file)), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static String refusal(Bench bench, PostgresShardBuilder shard) {
        String message = refusal(pipeline(bench, shard));
        bench.assertNothingLeftBehind();
        return message;
    }

    private static String refusal(CdcPipelineBuilder builder) {
        return failure(builder).getMessage();
    }

    /** What start() throws: soon, without a password, with the shard's state and error telling the same. */
    private static Throwable failure(CdcPipelineBuilder builder) {
        CdcPipeline pipeline = builder.build();
        long began = System.nanoTime();

        Throwable failure = catchThrowable(pipeline::start);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).as("start()").isLessThan(BOUND);
        assertThat(failure).isInstanceOf(CdcException.class);
        System.out.println("start() says: " + failure.getMessage());
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(Role.PASSWORD);
        ShardStatus shard = pipeline.status().shard("db0");
        if (shard.state() == ShardState.FAILED) {
            assertThat(shard.lastError().orElseThrow().message()).isEqualTo(failure.getMessage());
        } else {
            assertThat(shard.state()).isEqualTo(ShardState.STOPPED);
        }
        pipeline.close();
        return failure;
    }
}
