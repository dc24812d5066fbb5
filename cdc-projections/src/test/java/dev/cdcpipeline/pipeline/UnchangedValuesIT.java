package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.testkit.PostgresSource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Large values that an update did not touch, and that PostgreSQL therefore does not send. */
class UnchangedValuesIT {
    /** What Debezium writes by default for a value that was not sent. */
    private static final String PLACEHOLDER = "__debezium_unavailable_value";

    private final Bench bench = new Bench().source("db0");
    private final Letters.Log asking = new Letters.Log();
    private final Letters.Log plain = new Letters.Log();

    @BeforeEach
    void createTable() {
        Letters.create(bench);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** A view and two handlers, of which one asks for values to be read again. */
    private CdcPipelineBuilder pipeline() {
        JdbcTarget target = Letters.target(bench)
                .project(asking.handler("asking", Letters.TABLE.rereadUnchanged()))
                .project(plain.handler("plain", Letters.TABLE))
                .project(Letters.view());
        return bench.builder().target(target);
    }

    /** What is written at the source while no pipeline runs comes as one batch, or few. */
    private CdcPipeline restart(CdcPipeline pipeline, String... statements) throws InterruptedException {
        pipeline.close();
        bench.source().execute(statements);
        CdcPipeline next = bench.start(pipeline());
        bench.awaitApplied(next);
        return next;
    }

    private static void assertLetter(Letters.@Nullable Letter actual, Letters.Letter expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void a_handler_that_asks_sees_them_and_one_that_does_not_is_told_that_they_are_unchanged()
            throws InterruptedException {
        CdcPipeline pipeline = bench.startLoaded(pipeline());
        bench.source().execute(Letters.insert(1, 'a'));
        bench.awaitApplied(pipeline);
        assertThat(asking.last().reread()).as("sent").isEmpty();
        assertLetter(asking.last().after(), Letters.letter(1, "first", 'a'));

        bench.source().execute(Letters.updateNote(1, "second"));
        bench.awaitApplied(pipeline);

        assertThat(asking.last().operation()).isEqualTo(Operation.UPDATE);
        assertThat(asking.last().unchanged()).isEmpty();
        assertThat(asking.last().reread()).isEqualTo(Letters.LARGE);
        assertLetter(asking.last().after(), Letters.letter(1, "second", 'a'));
        assertThat(plain.last().unchanged()).isEqualTo(Letters.LARGE);
        assertThat(plain.last().reread()).isEmpty();
        assertLetter(plain.last().after(), Letters.noteOnly(1, "second"));
        Letters.assertViewEqualsSource(bench);

        bench.source().execute("update letters set id = 2 where id = 1");
        bench.awaitApplied(pipeline);

        assertThat(asking.last().operation()).isEqualTo(Operation.CREATE);
        assertThat(asking.last().reread()).isEqualTo(Letters.LARGE);
        assertLetter(asking.last().after(), Letters.letter(2, "second", 'a'));
        assertThat(plain.last().unchanged()).isEqualTo(Letters.LARGE);
        Letters.assertViewEqualsSource(bench);
    }

    @Test
    void what_is_read_again_is_the_value_of_now_and_the_change_that_made_it_follows() throws InterruptedException {
        bench.source().execute(Letters.insert(1, 'a'));
        CdcPipeline pipeline = bench.startLoaded(pipeline());

        restart(pipeline, Letters.updateNote(1, "second"), Letters.rewrite(1, 'b'));

        assertThat(asking.seen()).hasSize(2);
        assertThat(asking.seen().get(0).reread()).isEqualTo(Letters.LARGE);
        assertLetter(asking.seen().get(0).after(), Letters.letter(1, "second", 'b'));
        assertThat(asking.seen().get(1).reread()).as("sent").isEmpty();
        assertLetter(asking.seen().get(1).after(), Letters.letter(1, "second", 'b'));
        Letters.assertViewEqualsSource(bench);
    }

    @Test
    void a_row_that_is_gone_meanwhile_stays_unchanged_and_its_delete_follows() throws InterruptedException {
        bench.source().execute(Letters.insert(1, 'a'));
        CdcPipeline pipeline = bench.startLoaded(pipeline());

        restart(pipeline, Letters.updateNote(1, "second"), "delete from letters where id = 1");

        assertThat(asking.seen())
                .extracting(Letters.Seen::operation)
                .containsExactly(Operation.UPDATE, Operation.DELETE);
        assertThat(asking.seen().get(0).unchanged()).isEqualTo(Letters.LARGE);
        assertThat(asking.seen().get(0).reread()).isEmpty();
        assertLetter(asking.seen().get(0).after(), Letters.noteOnly(1, "second"));
        Letters.assertViewEqualsSource(bench);
    }

    @Test
    void an_insert_and_a_partial_update_that_come_together_are_one_row_of_the_view() throws InterruptedException {
        CdcPipeline pipeline = bench.startLoaded(pipeline());

        restart(
                pipeline,
                "begin; " + Letters.insert(1, 'a') + "; " + Letters.updateNote(1, "in the same transaction")
                        + "; commit",
                Letters.insert(2, 'b'),
                Letters.updateNote(2, "in the next"),
                Letters.rewrite(2, 'c'),
                Letters.updateNote(2, "and once more"));

        Letters.assertViewEqualsSource(bench);
        assertThat(plain.seen().get(1).unchanged()).isEqualTo(Letters.LARGE);
        assertLetter(asking.seen().get(1).after(), Letters.letter(1, "in the same transaction", 'a'));
        assertLetter(asking.last().after(), Letters.letter(2, "and once more", 'c'));
    }

    @Test
    void a_text_that_is_a_placeholder_elsewhere_is_a_text_like_any_other() throws InterruptedException {
        CdcPipeline pipeline = bench.startLoaded(pipeline());

        bench.source().execute(Letters.insert(1, 'a'));
        bench.source()
                .execute("update letters set (body, bin, js, jsb, tags, attrs) = ('" + PLACEHOLDER + "', '"
                        + PLACEHOLDER
                        + "', '\"" + PLACEHOLDER + "\"', '\"" + PLACEHOLDER + "\"', array['" + PLACEHOLDER + "'], '"
                        + PLACEHOLDER + "=>" + PLACEHOLDER + "')");
        bench.awaitApplied(pipeline);

        assertThat(plain.last().unchanged()).isEqualTo(Set.of("num"));
        assertThat(plain.last().after().body()).isEqualTo(PLACEHOLDER);
        assertThat(plain.last().after().tags()).containsExactly(PLACEHOLDER);
        assertThat(asking.last().reread()).isEqualTo(Set.of("num"));
        Letters.assertViewEqualsSource(bench);
    }

    @Test
    void a_batch_waits_while_its_values_cannot_be_read_and_a_stop_does_not() throws Exception {
        bench.source().execute(Letters.insert(1, 'a'));
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        JdbcTarget target = Letters.target(bench)
                .project(asking.handler("asking", Letters.TABLE.rereadUnchanged()))
                .project(HandlerProjection.named("gate").on(Letters.TABLE, (change, handle) -> {
                    if (change.operation() == Operation.UPDATE) {
                        held.countDown();
                        assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
                    }
                }));
        CdcPipeline pipeline = bench.startLoaded(bench.builder().target(target));
        bench.source().execute(Letters.updateNote(1, "second"));
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
        try (Connection other = bench.source().dataSource().getConnection();
                Statement statement = other.createStatement()) {
            statement.execute(Letters.updateNote(1, "third"));
            other.setAutoCommit(false);
            statement.execute("lock table letters");
            released.countDown();
            Bench.eventually(() -> assertThat(bench.source()
                            .queryLong("select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and wait_event_type = 'Lock' and query like 'select k.n,%'"))
                    .isEqualTo(1));

            long began = System.nanoTime();
            pipeline.close();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            assertThat(asking.last().after().note())
                    .as("nothing was applied without its values")
                    .isEqualTo("second");
            other.rollback();
        }
        bench.assertNothingLeftBehind();

        bench.awaitApplied(bench.start(bench.builder().target(target)));

        assertThat(asking.seen()).hasSize(2);
        assertLetter(asking.last().after(), Letters.letter(1, "third", 'a'));
    }

    /** The stream has such a commit already, and everybody else still sees the rows as they were before it. */
    @Test
    void a_commit_that_waits_for_a_synchronous_standby_is_waited_for() throws Exception {
        try (PostgresSource server = PostgresSource.builder()
                        .setting("synchronous_standby_names", "nobody")
                        .setting("synchronous_commit", "local")
                        .start();
                Bench synchronous = new Bench().source("db0", server)) {
            Letters.create(synchronous);
            synchronous.source().execute(Letters.insert(1, 'a'));
            CdcPipeline pipeline = synchronous.startLoaded(synchronous
                    .builder()
                    .target(Letters.target(synchronous)
                            .project(asking.handler("asking", Letters.TABLE.rereadUnchanged()))));
            Thread writer = new Thread(() -> synchronous
                    .source()
                    .execute("set synchronous_commit = on; begin; " + Letters.rewrite(1, 'b') + "; "
                            + Letters.updateNote(1, "second") + "; commit"));
            writer.start();

            Bench.eventually(
                    () -> assertThat(synchronous.status(pipeline).lastError().map(error -> error.message()))
                            .hasValueSatisfying(message -> assertThat(message).contains("[db0]", "nobody sees it")));
            assertThat(asking.seen()).as("shown with an older value").isEmpty();
            synchronous
                    .source()
                    .execute("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'");
            writer.join();
            synchronous.awaitApplied(pipeline);

            assertThat(asking.seen()).hasSize(2);
            assertThat(asking.last().reread()).isEqualTo(Letters.LARGE);
            assertLetter(asking.last().after(), Letters.letter(1, "second", 'b'));
        }
    }

    @Test
    void who_demands_whole_updates_is_started_only_with_full_identity() throws InterruptedException {
        JdbcTarget target = Letters.target(bench).project(plain.handler("whole", Letters.TABLE.requireFullIdentity()));

        assertThatThrownBy(() -> bench.start(bench.builder().target(target)))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("[db0]")
                .hasMessageContaining("letters")
                .hasMessageContaining("REPLICA IDENTITY FULL");

        bench.source().execute("alter table letters replica identity full", Letters.insert(1, 'a'));
        CdcPipeline pipeline = bench.startLoaded(bench.builder().target(target));
        bench.source().execute(Letters.updateNote(1, "second"));
        bench.awaitApplied(pipeline);

        assertThat(plain.last().unchanged()).isEmpty();
        assertThat(plain.last().reread()).isEmpty();
        assertLetter(plain.last().after(), Letters.letter(1, "second", 'a'));
    }
}
