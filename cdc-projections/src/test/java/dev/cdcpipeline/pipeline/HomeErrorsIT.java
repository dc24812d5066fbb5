package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What a user reads when the pipeline's memory, or a server in the middle of the start, fails. */
class HomeErrorsIT {

    private static String refusal(CdcPipelineBuilder builder) {
        try (CdcPipeline pipeline = builder.build()) {
            Throwable failure = catchThrowable(pipeline::start);
            assertThat(failure).isInstanceOf(CdcException.class);
            return failure.getMessage();
        }
    }

    private static CdcPipelineBuilder builder(Bench bench, JdbcOffsets offsets) {
        return CdcPipeline.builder()
                .name("bench")
                .offsets(offsets)
                .shard(bench.shard("db0").build())
                .target(bench.mirror());
    }

    @Test
    void a_home_database_that_is_read_only_or_forbidden_is_named_with_what_to_do() {
        try (Bench bench = new Bench().source("db0")) {
            PGSimpleDataSource readOnly = new PGSimpleDataSource();
            readOnly.setUrl(bench.readModel().jdbcUrl() + "?options=-c%20default_transaction_read_only=on");
            readOnly.setUser(bench.readModel().source().username());
            readOnly.setPassword(bench.readModel().source().password());
            assertThat(refusal(builder(bench, JdbcOffsets.in(readOnly)))).contains("home database", "read-only");

            Role reader = bench.keep(Role.create(bench.readModel(), "login"));
            PGSimpleDataSource forbidden = new PGSimpleDataSource();
            forbidden.setUrl(bench.readModel().jdbcUrl());
            forbidden.setUser(reader.name());
            forbidden.setPassword(Role.PASSWORD);
            assertThat(refusal(builder(bench, JdbcOffsets.in(forbidden))))
                    .contains("home database", "permission denied")
                    .doesNotContain(Role.PASSWORD);
            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
        }
    }

    @Test
    void a_source_that_stops_between_two_checks_of_a_start_is_named() {
        try (PostgresSource server = PostgresSource.start();
                Bench bench = new Bench().source("db0", server)) {
            TestDatabase model = bench.readModel();
            PGSimpleDataSource killing = new PGSimpleDataSource() {
                private static final long serialVersionUID = 1L;

                @Override
                public Connection getConnection() throws SQLException {
                    server.kill9(); // after the first look at the source, before the publication is made
                    return super.getConnection();
                }
            };
            killing.setUrl(model.jdbcUrl());
            killing.setUser(model.source().username());
            killing.setPassword(model.source().password());
            JdbcTarget target = JdbcTarget.named("views", killing)
                    .project(UpsertProjection.from(Item.A)
                            .into("a_view")
                            .shardColumn("shard")
                            .build());

            assertThat(refusal(CdcPipeline.builder()
                            .name("bench")
                            .offsets(JdbcOffsets.in(bench.pool()))
                            .shard(bench.shard("db0").build())
                            .target(target)))
                    .startsWith("[db0] ")
                    .contains(Integer.toString(server.port()))
                    .containsAnyOf("cannot be reached; check host(...)", "is stopping or starting; try again");
            server.restart();
        }
    }

    @Test
    void a_home_database_that_goes_away_for_longer_than_the_lease_stops_nothing() throws InterruptedException {
        try (PostgresSource homeServer = PostgresSource.start();
                TestDatabase home = homeServer.freshDatabase("home");
                Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(
                    builder(bench, JdbcOffsets.in(home.dataSource())).leaseTime(Duration.ofSeconds(1)));
            // The engine is started once more after the load, and for that the home database is asked.
            Bench.eventually(() ->
                    assertThat(bench.status(pipeline).counters().engineStarts()).isEqualTo(2));
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
            homeServer.kill9();
            try (Traffic traffic = Traffic.on(bench.source())) {
                long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
                Bench.eventually(() -> assertThat(System.nanoTime()).isGreaterThan(until));
                bench.awaitApplied(pipeline);
                assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING);
                homeServer.restart();
                assertThat(traffic.commits()).isPositive();
            }
            bench.awaitApplied(pipeline);
            bench.assertExact();
            assertThat(bench.status(pipeline).epoch()).hasValue(1);
        }
    }
}
