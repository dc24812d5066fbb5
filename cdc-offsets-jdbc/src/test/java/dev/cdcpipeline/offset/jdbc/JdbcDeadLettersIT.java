package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import dev.cdcpipeline.testkit.contract.DeadLetterStoreContract;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters in a database, seen from outside of any session. */
class JdbcDeadLettersIT extends DeadLetterStoreContract {
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("letters");
        JdbcSchema.TARGET.prepare(database.dataSource(), SchemaMode.CREATE, "test");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Override
    protected DeadLetterStore store() {
        return new JdbcDeadLetters(database.dataSource(), "target 'view'");
    }

    @Override
    protected void park(String pipeline, ShardId shard, String target, List<NewLetter> letters) {
        park(database.dataSource(), pipeline, shard, target, letters);
    }

    private static void park(DataSource in, String pipeline, ShardId shard, String target, List<NewLetter> letters) {
        try (BoundedTransaction transaction = BoundedTransaction.begin(in)) {
            new JdbcLetterRows(pipeline, shard, target).insert(transaction.connection(), letters);
            transaction.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void where_nothing_has_made_the_table_there_are_no_letters() {
        database.execute("drop table cdc_dead_letter");

        assertThat(store().list("shop", DeadLetterFilter.all(), 0, 10)).isEmpty();
        assertThat(store().count("shop", DeadLetterFilter.all())).isEmpty();
        assertThat(store().edit("shop", "view", 1, Map.of("customer", "x"))).isEmpty();
    }

    @Test
    void what_somebody_has_edited_by_sql_into_no_letter_is_named() {
        park("shop", new ShardId("db0"), "view", List.of(db0.failed("a", "1"), db0.failed("a", "2")));
        long second = store().list("shop", DeadLetterFilter.all(), 0, 10).get(1).id();

        database.execute("update cdc_dead_letter set after = '{\"id\": 2}' where id = " + second);

        assertThatThrownBy(() -> store().list("shop", DeadLetterFilter.all(), 0, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dead letter " + second)
                .hasMessageContaining("column 'id'");
    }

    @Test
    void a_page_of_large_rows_is_short_and_the_next_one_goes_on_behind_it() {
        String large = "x".repeat(20_000_000);
        park(
                "shop",
                new ShardId("db0"),
                "view",
                List.of(
                        db0.failed("a", db0.update("1", large, null)),
                        db0.failed("a", db0.update("2", large, null)),
                        db0.failed("a", "3")));

        List<DeadLetter> page = store().list("shop", DeadLetterFilter.all(), 0, 10);
        assertThat(page).hasSize(2);
        assertThat(store().list("shop", DeadLetterFilter.all(), page.get(1).id(), 10))
                .hasSize(1);
    }

    @Test
    void an_edit_waits_for_a_replay_that_is_at_the_letter() throws SQLException {
        park("shop", new ShardId("db0"), "view", List.of(db0.failed("a", "1")));
        JdbcLetterRows rows = new JdbcLetterRows("shop", new ShardId("db0"), "view");
        CompletableFuture<Boolean> edited;
        try (BoundedTransaction replay = BoundedTransaction.begin(database.dataSource())) {
            long id = rows.lock(replay.connection(), DeadLetterFilter.all(), LinkedKeys.none(), 0, 10)
                    .get(0)
                    .id();
            edited = CompletableFuture.supplyAsync(() ->
                    store().edit("shop", "view", id, Map.of("customer", "x")).isPresent());
            await().until(() -> database.queryLong("select count(*) from pg_locks where not granted") > 0);
            rows.remove(replay.connection(), List.of(id));
            replay.commit();
        }
        assertThat(edited.join()).as("it was replayed before").isFalse();
    }

    @Test
    void a_row_with_characters_that_the_database_lacks_is_kept_nevertheless() {
        String name = database.name() + "_latin1";
        database.source()
                .execute("postgres", "create database " + name + " encoding 'LATIN1' locale 'C' template template0");
        try {
            DataSource latin1 = database.source().dataSource(name);
            JdbcSchema.TARGET.prepare(latin1, SchemaMode.CREATE, "test");
            NewLetter letter = db0.failed("a", db0.update("1", "ü € 😀 \\u20ac", null));
            park(latin1, "shop", new ShardId("db0"), "view", List.of(letter));

            DeadLetterStore inLatin1 = new JdbcDeadLetters(latin1, "target 'view'");
            DeadLetter stored =
                    inLatin1.list("shop", DeadLetterFilter.all(), 0, 10).get(0);
            assertThat(stored.change()).usingRecursiveComparison().isEqualTo(letter.change());
            assertThat(inLatin1.edit("shop", "view", stored.id(), Map.of("customer", "€ 2"))
                            .orElseThrow()
                            .change()
                            .after()
                            .texts())
                    .containsExactly("1", "€ 2", null);
        } finally {
            database.source().dropDatabase(name);
        }
    }

    @Test
    void a_failure_says_whose_database_it_is() {
        database.execute("alter table cdc_dead_letter drop column note");
        parkWithoutNote();

        assertThatThrownBy(() -> store().list("shop", DeadLetterFilter.all(), 0, 10))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("target 'view' cannot read dead letters");
    }

    private void parkWithoutNote() {
        database.execute(
                "insert into cdc_dead_letter (pipeline, shard, target, projection, source_table, operation, keys,"
                        + " column_types, reread, position, transaction_id, committed_at, state, attempts, parked_at,"
                        + " first_failed_at, last_failed_at) values ('shop', 'db0', 'view', 'a', 'public.t', 'UPDATE', '{}', '{}',"
                        + " '{}', '1/1/0', 1, now(), 'PARKED', 0, now(), now(), now())");
    }
}
