package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.projection.jdbc.ChangeHandler;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** What becomes of a batch when a projection throws. */
class FailingProjectionIT {
    private static final String POISON = "poison";

    @Test
    void a_batch_whose_handler_throws_a_retriable_exception_of_kafka_connect_is_applied_in_the_end()
            throws InterruptedException {
        AtomicInteger failures = new AtomicInteger();
        ChangeHandler<Item> flaky = (change, handle) -> {
            Bench.log(change, handle);
            if (isPoison(change) && failures.incrementAndGet() <= 6) {
                throw new RetriableException("try again");
            }
        };
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(target(bench, flaky)));

            write(bench, "db0");
            bench.awaitApplied(pipeline);

            assertThat(failures.get()).isEqualTo(7);
            bench.assertExact();
            assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING);
            assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                    .contains("try again", "mirror", "public.a");
        }
    }

    @Test
    void
            where_the_policy_says_so_a_change_that_fails_always_stops_its_shard_with_the_reason_and_comes_again_once_mended()
                    throws InterruptedException {
        AtomicInteger tries = new AtomicInteger();
        ChangeHandler<Item> broken = (change, handle) -> {
            Bench.log(change, handle);
            if (isPoison(change) && change.source().shard().equals("db0")) {
                tries.incrementAndGet();
                throw new IllegalStateException("the handler is broken");
            }
        };
        try (Bench bench = new Bench().source("db0").source("db1")) {
            CdcPipeline pipeline = bench.startLoaded(
                    bench.builder().failurePolicy(FailurePolicy.stopShard()).target(target(bench, broken)));

            write(bench, "db0");
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.FAILED));
            assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                    .contains("[db0]", "mirror", "the handler is broken", "public.a", "nothing was skipped", "restart")
                    .contains("'applied'", "failed 3 times");
            assertThat(tries.get()).as("tries").isGreaterThan(3); // those included in which it was looked for
            assertThat(bench.readModel().queryLong("select count(*) from applied where id > 1"))
                    .as("changes applied of the poisoned transaction and behind it")
                    .isZero();
            assertThatThrownBy(() -> bench.awaitApplied(pipeline))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("the handler is broken");
            bench.assertNoLetters();

            write(bench, "db1");
            Bench.eventually(
                    () -> assertThat(bench.readModel().queryLong("select count(*) from applied where shard = 'db1'"))
                            .as("changes of the other shard")
                            .isEqualTo(5));
            assertThat(pipeline.status().shard("db1").state()).isEqualTo(ShardState.STREAMING);
            pipeline.close();
            bench.assertNothingLeftBehind();

            CdcPipeline mended = bench.start(bench.builder().target(target(bench, Bench::log)));
            bench.awaitApplied(mended);
            bench.assertExact();
        }
    }

    @Test
    void an_error_that_a_handler_throws_is_a_failure_of_its_change_in_a_replay_as_well() throws InterruptedException {
        AtomicBoolean mended = new AtomicBoolean();
        ChangeHandler<Item> erroneous = (change, handle) -> {
            Bench.log(change, handle);
            if (isPoison(change) && !mended.get()) {
                throw new StackOverflowError("of the handler");
            }
        };
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(target(bench, erroneous)));

            write(bench, "db0");
            bench.awaitApplied(pipeline);
            assertThat(pipeline.deadLetters().list(DeadLetterFilter.all(), 10))
                    .first()
                    .satisfies(letter -> assertThat(letter.error().orElseThrow().type())
                            .isEqualTo(StackOverflowError.class.getName()));

            Bench.replayAll(pipeline);
            assertThat(pipeline.deadLetters().list(DeadLetterFilter.all(), 10))
                    .first()
                    .extracting(DeadLetter::attempts)
                    .isEqualTo(4);

            mended.set(true);
            Bench.replayAll(pipeline);
            bench.assertExact();
            bench.assertNoLetters();
        }
    }

    @Test
    void a_statement_timeout_that_the_user_calls_the_changes_fault_is_parked() throws InterruptedException {
        ChangeHandler<Item> slow = (change, handle) -> {
            Bench.log(change, handle);
            if (isPoison(change)) {
                handle.execute("set local statement_timeout = 50");
                handle.execute("select pg_sleep(10)");
            }
        };
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(
                    bench.builder().classify(FailingProjectionIT::timeoutIsData).target(target(bench, slow)));

            write(bench, "db0");
            bench.awaitApplied(pipeline);

            assertThat(bench.status(pipeline).parking().open().get("mirror"))
                    .containsEntry("applied", 1L)
                    .containsEntry("public.a_view", 0L);
            DeadLetter letter =
                    pipeline.deadLetters().list(DeadLetterFilter.all(), 10).get(0);
            assertThat(letter.attempts()).isEqualTo(3);
            assertThat(letter.error().orElseThrow().message()).contains("57014", "applied");
            assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING);
        }
    }

    private static Optional<FailureKind> timeoutIsData(Throwable failure) {
        return failure instanceof SQLException sql && "57014".equals(sql.getSQLState())
                ? Optional.of(FailureKind.DATA)
                : Optional.empty();
    }

    private static boolean isPoison(Change<Item> change) {
        Item item = change.after();
        return item != null && POISON.equals(item.val());
    }

    private static void write(Bench bench, String shard) {
        bench.db(shard).execute("insert into a values (1, 'before', 1)");
        bench.db(shard).execute("insert into a values (2, 'poison', 2), (3, 'beside', 3)");
        bench.db(shard).execute("insert into a values (4, 'after', 4)");
        bench.db(shard).execute("insert into b values (5, 'other table', 5)");
    }

    private static JdbcTarget target(Bench bench, ChangeHandler<Item> handler) {
        return bench.views("mirror")
                .project(HandlerProjection.named("applied").on(Item.A, handler).on(Item.B, handler));
    }
}
