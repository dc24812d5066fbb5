package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One target's row: claim, advance, reload, and who is refused. */
class JdbcOffsetRowIT {

    private static final TableName ORDERS = TableName.parse("orders");
    private static final LoadState LOADING = LoadState.none()
            .wanting(Map.of(ORDERS, Map.of("view", Set.of("id"))), TableLoad.PENDING)
            .advance("progress", 3, Map.of());

    private interface Step {
        void run(BoundedTransaction transaction) throws SQLException;
    }

    private final JdbcOffsetRow row = new JdbcOffsetRow("shop", new ShardId("db0"), "read-model");
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("offset_row");
        JdbcSchema.TARGET.prepare(database.dataSource(), SchemaMode.CREATE, "test");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void shows_what_was_committed_only() throws SQLException {
        commit(row, transaction -> row.claim(transaction.connection(), new Epoch(1)));
        assertThat(row.offset()).isEmpty();

        rollBack(transaction -> row.advance(transaction.connection(), offset(1)));
        assertThat(row.offset()).isEmpty();

        commit(row, transaction -> row.advance(transaction.connection(), offset(2)));
        assertThat(row.offset()).contains(offset(2));

        JdbcOffsetRow next = new JdbcOffsetRow("shop", new ShardId("db0"), "read-model");
        commit(next, transaction -> next.claim(transaction.connection(), new Epoch(2)));
        assertThat(next.offset()).as("with its load state").contains(offset(2));
    }

    @Test
    void rewrites_the_load_state_of_the_offset_just_advanced_to() throws SQLException {
        commit(row, transaction -> row.claim(transaction.connection(), new Epoch(1)));
        LoadState failed = LOADING.advance(null, 4, Map.of(ORDERS, TableLoad.FAILED));
        assertThatThrownBy(() -> commit(row, transaction -> row.setLoad(transaction.connection(), failed)))
                .isInstanceOf(IllegalStateException.class);

        commit(row, transaction -> {
            row.advance(transaction.connection(), offset(1));
            row.setLoad(transaction.connection(), failed);
        });
        assertThat(row.offset()).contains(offset(1).withLoad(failed));
        commit(row, transaction -> row.reload(transaction.connection()));
        assertThat(row.offset()).as("as stored").contains(offset(1).withLoad(failed));
    }

    @Test
    void waits_in_claim_for_a_transaction_of_the_older_owner() throws Exception {
        commit(row, transaction -> row.claim(transaction.connection(), new Epoch(1)));
        JdbcOffsetRow newer = new JdbcOffsetRow("shop", new ShardId("db0"), "read-model");
        CompletableFuture<Void> claiming;
        try (BoundedTransaction late = BoundedTransaction.begin(database.dataSource())) {
            row.advance(late.connection(), offset(1));
            claiming = CompletableFuture.runAsync(() ->
                    unchecked(() -> commit(newer, claim -> newer.claim(claim.connection(), new Epoch(2)))));
            await().until(() -> database.queryLong("select count(*) from pg_locks where not granted") > 0);
            assertThat(claiming).isNotDone();
            late.commit();
        }
        claiming.get();
        assertThat(newer.offset()).contains(offset(1));
    }

    @Test
    void refuses_an_older_epoch_to_claim_advance_and_reload() throws SQLException {
        commit(row, transaction -> row.claim(transaction.connection(), new Epoch(1)));
        JdbcOffsetRow newer = new JdbcOffsetRow("shop", new ShardId("db0"), "read-model");
        commit(newer, transaction -> newer.claim(transaction.connection(), new Epoch(2)));

        assertThatThrownBy(() -> rollBack(transaction -> row.advance(transaction.connection(), offset(1))))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> rollBack(transaction -> row.reload(transaction.connection())))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> rollBack(transaction -> row.claim(transaction.connection(), new Epoch(1))))
                .isInstanceOf(FencedException.class);
        assertThat(database.queryLong("select count(*) from cdc_offset where boundary is null"))
                .isEqualTo(1);
    }

    @Test
    void learns_by_reload_whether_a_commit_of_unknown_outcome_went_through() throws SQLException {
        commit(row, transaction -> row.claim(transaction.connection(), new Epoch(1)));
        try (BoundedTransaction lost = BoundedTransaction.begin(database.dataSource())) {
            row.advance(lost.connection(), offset(1));
            lost.commit(); // and committed() is never called, as after an exception
        }
        assertThat(row.offset()).isEmpty();
        commit(row, transaction -> row.reload(transaction.connection()));
        assertThat(row.offset()).contains(offset(1));
        commit(row, transaction -> row.advance(transaction.connection(), offset(2)));

        rollBack(transaction -> row.advance(transaction.connection(), offset(3)));
        commit(row, transaction -> row.reload(transaction.connection()));
        assertThat(row.offset()).contains(offset(2));
    }

    @Test
    void a_row_that_was_forgotten_has_no_offset_and_is_still_its_owners() throws SQLException {
        commit(row, transaction -> row.claim(transaction.connection(), new Epoch(2)));
        commit(row, transaction -> row.advance(transaction.connection(), offset(1)));

        commit(row, transaction -> row.forget(transaction.connection()));

        assertThat(row.offset()).isEmpty();
        JdbcOffsetRow older = new JdbcOffsetRow("shop", new ShardId("db0"), "read-model");
        assertThatThrownBy(() -> rollBack(transaction -> older.claim(transaction.connection(), new Epoch(1))))
                .isInstanceOf(FencedException.class);
        JdbcOffsetRow next = new JdbcOffsetRow("shop", new ShardId("db0"), "read-model");
        commit(next, transaction -> next.claim(transaction.connection(), new Epoch(3)));
        assertThat(next.offset()).isEmpty();
        assertThatThrownBy(() -> rollBack(transaction -> row.forget(transaction.connection())))
                .isInstanceOf(FencedException.class);
    }

    private void commit(JdbcOffsetRow committed, Step step) throws SQLException {
        try (BoundedTransaction transaction = BoundedTransaction.begin(database.dataSource())) {
            step.run(transaction);
            transaction.commit();
        }
        committed.committed();
    }

    private void rollBack(Step step) throws SQLException {
        try (BoundedTransaction transaction = BoundedTransaction.begin(database.dataSource())) {
            step.run(transaction);
        }
    }

    private interface Throwing {
        void run() throws SQLException;
    }

    private static void unchecked(Throwing call) {
        try {
            call.run();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Offset offset(long base) {
        return new Offset("boundary-" + base, new Position(base, 0x10, 2), LOADING);
    }
}
