package dev.cdcpipeline.internal.dispatch;

import static dev.cdcpipeline.internal.dispatch.Records.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each target gets each change of its tables once, wherever it stands. */
class DispatcherTest {
    private static final TableName OTHERS = TableName.parse("others");
    private static final LoadState LOADING = LoadState.none().wanting(Map.of(ORDERS, Map.of()), TableLoad.PENDING);

    private final Recording listener = new Recording();
    private final List<Session> sessions = new ArrayList<>();

    private MemoryTarget target(String name, Position at, LoadState load, TableName... tables) {
        MemoryTarget target = new MemoryTarget(name, tables).stands(new Offset(at.base() + ":7", at, load));
        sessions.add(new Session(target, target.open()));
        return target;
    }

    private Dispatcher dispatcher() {
        return new Dispatcher(sessions, rows -> Map.of(), FailureSettings.standard(), listener.retries(), listener);
    }

    private static RowChange row(TableName table, long base, long lsn, String id) {
        RowChange change = Records.change(table, Operation.CREATE, 1, lsn, id, id, 100);
        change.place(new Position(base, lsn, 0));
        return change;
    }

    private static RowChange read(long base, String id) {
        RowChange change = Records.change(ORDERS, Operation.READ, 1, 0, id, id, 100);
        change.place(Position.boundary(base));
        return change;
    }

    private static Delivery upTo(long boundary, Change<?>... changes) {
        return delivery(boundary, null, 0, Map.of(), changes);
    }

    @SuppressWarnings("unchecked")
    private static Delivery delivery(
            long boundary, LoadMark mark, long step, Map<TableName, TableLoad> results, Change<?>... changes) {
        List<Change<Row>> rows = new ArrayList<>();
        for (Change<?> change : changes) {
            rows.add((Change<Row>) change);
        }
        return new Delivery(rows, boundary + ":1", Position.boundary(boundary), mark, step, results, 0, false);
    }

    private static List<String> ids(MemoryTarget target) {
        return target.applied().stream()
                .map(change ->
                        String.valueOf(Objects.requireNonNull(change.key()).value("id")))
                .toList();
    }

    @Test
    void targets_at_different_positions_get_what_is_beyond_their_own() throws Exception {
        MemoryTarget behind = target("behind", Position.boundary(100), LoadState.none(), ORDERS);
        MemoryTarget inside = target("inside", new Position(100, 120, 0), LoadState.none(), ORDERS);
        MemoryTarget ahead = target("ahead", Position.boundary(500), LoadState.none(), ORDERS);

        dispatcher()
                .dispatch(
                        upTo(200, row(ORDERS, 100, 110, "a"), row(ORDERS, 100, 120, "b"), row(ORDERS, 100, 130, "c")));

        assertThat(ids(behind)).containsExactly("a", "b", "c");
        assertThat(ids(inside)).containsExactly("c");
        assertThat(ids(ahead)).isEmpty();
        assertThat(behind.stored()).map(Offset::boundary).contains("200:1");
        assertThat(inside.stored()).map(Offset::position).contains(Position.boundary(200));
        assertThat(ahead.stored()).contains(new Offset("500:7", Position.boundary(500), LoadState.none()));
        assertThat(ahead.tries()).as("nothing to write").isZero();
    }

    @Test
    void a_target_gets_only_changes_of_its_tables_and_still_moves_on() throws Exception {
        MemoryTarget orders = target("orders", Position.boundary(100), LoadState.none(), ORDERS);
        MemoryTarget others = target("others", Position.boundary(100), LoadState.none(), OTHERS);

        dispatcher().dispatch(upTo(200, row(ORDERS, 100, 110, "a"), row(OTHERS, 100, 120, "b")));

        assertThat(ids(orders)).containsExactly("a");
        assertThat(ids(others)).containsExactly("b");
        dispatcher().dispatch(upTo(300, row(ORDERS, 200, 210, "c")));
        assertThat(others.stored()).map(Offset::position).contains(Position.boundary(300));
    }

    @Test
    void the_same_delivery_again_changes_nothing() throws Exception {
        MemoryTarget target = target("t", Position.boundary(100), LoadState.none(), ORDERS);
        Delivery delivery = upTo(200, row(ORDERS, 100, 110, "a"));

        dispatcher().dispatch(delivery);
        dispatcher().dispatch(delivery);

        assertThat(ids(target)).containsExactly("a");
        assertThat(target.tries()).isEqualTo(1);
        assertThat(listener.heard).containsExactly("t applied 1");
    }

    @Test
    void rows_read_by_a_load_go_to_targets_that_wait_for_the_table_wherever_they_stand() throws Exception {
        MemoryTarget waiting = target("waiting", Position.boundary(900), LOADING, ORDERS);
        MemoryTarget done = target(
                "done",
                Position.boundary(100),
                LoadState.none().wanting(Map.of(ORDERS, Map.of()), TableLoad.SUCCEEDED),
                ORDERS);

        dispatcher().dispatch(upTo(100, read(100, "r")));

        assertThat(ids(waiting)).containsExactly("r");
        assertThat(ids(done)).isEmpty();
    }

    @Test
    void the_result_of_a_table_is_stored_with_its_last_rows() throws Exception {
        MemoryTarget target = target("t", Position.boundary(100), LOADING, ORDERS);

        dispatcher().dispatch(delivery(200, null, 5, Map.of(ORDERS, TableLoad.SUCCEEDED), read(100, "r")));

        assertThat(ids(target)).containsExactly("r");
        assertThat(target.batches()).isEqualTo(1);
        LoadState load = target.stored().orElseThrow().load();
        assertThat(load.tables()).isEqualTo(new TreeMap<>(Map.of(ORDERS, TableLoad.SUCCEEDED)));
        assertThat(load.progress()).isNull();
    }

    @Test
    void the_engine_may_begin_where_the_furthest_behind_stands() {
        target("a", Position.boundary(300), LoadState.none(), ORDERS);
        target("b", new Position(100, 120, 0), LoadState.none(), ORDERS);
        target("c", Position.boundary(200), LoadState.none(), ORDERS);

        assertThat(dispatcher().furthestBehind().boundary()).isEqualTo("100:7");
    }

    @Test
    void a_write_of_unknown_outcome_that_was_stored_is_not_applied_again() throws Exception {
        MemoryTarget target = target("t", Position.boundary(100), LoadState.none(), ORDERS);
        target.fails(() -> new TransientFailure("connection lost in commit"), true);

        dispatcher().dispatch(upTo(200, row(ORDERS, 100, 110, "a")));

        assertThat(ids(target)).containsExactly("a");
        assertThat(target.recoveries()).isEqualTo(1);
        assertThat(listener.heard).as("it counts").containsExactly("t retrying", "t applied 1", "t recovered");
    }

    @Test
    void a_write_of_unknown_outcome_that_was_not_stored_is_applied() throws Exception {
        MemoryTarget target = target("t", Position.boundary(100), LoadState.none(), ORDERS);
        target.fails(() -> new TransientFailure("connection lost in commit"), false);

        dispatcher().dispatch(upTo(200, row(ORDERS, 100, 110, "a")));

        assertThat(ids(target)).containsExactly("a");
    }

    @Test
    void a_target_that_is_found_to_stand_further_back_after_a_failure_gets_nothing_over_the_gap() {
        MemoryTarget target = target("t", Position.boundary(200), LoadState.none(), ORDERS);
        target.fails(
                () -> {
                    target.stands(new Offset("100:7", Position.boundary(100), LoadState.none()));
                    return new TransientFailure("failed over");
                },
                false);

        assertThatThrownBy(() -> dispatcher().dispatch(upTo(300, row(ORDERS, 200, 210, "a"))))
                .isInstanceOf(OffsetLostException.class)
                .hasMessageContaining("target 't'");
        assertThat(ids(target)).isEmpty();
    }

    @Test
    void a_store_may_write_texts_in_its_own_form_without_a_write_being_taken_for_stored() throws Exception {
        MemoryTarget target = target("t", Position.boundary(100), LoadState.none(), ORDERS);
        target.fails(
                () -> {
                    target.stands(new Offset("{ 100:7 }", Position.boundary(100), LoadState.none()));
                    return new TransientFailure("connection lost before commit");
                },
                false);

        dispatcher().dispatch(upTo(200, row(ORDERS, 100, 110, "a")));

        assertThat(ids(target)).containsExactly("a");
    }

    @Test
    void a_load_that_the_target_notes_as_failed_does_not_bring_a_stored_batch_again() throws Exception {
        MemoryTarget target = target("t", Position.boundary(100), LOADING, ORDERS);
        target.fails(
                () -> {
                    Offset stored = target.stored().orElseThrow();
                    target.stands(stored.withLoad(stored.load().failed(List.of(ORDERS), LOADING)));
                    return new TransientFailure("connection lost in commit");
                },
                true);

        dispatcher().dispatch(delivery(100, null, 5, Map.of(ORDERS, TableLoad.SUCCEEDED), read(100, "r")));

        assertThat(ids(target)).containsExactly("r");
    }

    @Test
    void rows_read_by_a_load_are_not_put_over_newer_changes_after_a_write_of_unknown_outcome() throws Exception {
        MemoryTarget target = target("t", Position.boundary(100), LOADING, ORDERS);
        target.fails(() -> new TransientFailure("connection lost in commit"), true);

        dispatcher().dispatch(upTo(200, read(100, "k"), row(ORDERS, 100, 110, "k")));

        assertThat(target.applied())
                .extracting(Change::operation)
                .as("the row as it was read is older than the change that followed it")
                .containsExactly(Operation.READ, Operation.CREATE);
    }

    @Test
    void a_failing_target_holds_back_those_after_it_but_not_what_those_before_it_have() throws Exception {
        MemoryTarget first = target("first", Position.boundary(100), LoadState.none(), ORDERS);
        MemoryTarget second = target("second", Position.boundary(100), LoadState.none(), ORDERS);
        second.fails(() -> new TransientFailure("away"), false).fails(() -> new TransientFailure("away"), false);

        dispatcher().dispatch(upTo(200, row(ORDERS, 100, 110, "a")));

        assertThat(ids(first)).containsExactly("a");
        assertThat(first.tries()).isEqualTo(1);
        assertThat(ids(second)).containsExactly("a");
        assertThat(listener.heard)
                .containsExactly(
                        "first applied 1",
                        "second retrying",
                        "second retrying",
                        "second applied 1",
                        "second recovered");
    }

    @Test
    void rows_that_were_read_before_a_truncate_and_come_after_it_do_not_return() throws Exception {
        MemoryTarget target = target("t", Position.boundary(100), LOADING, ORDERS);
        Dispatcher dispatcher = dispatcher();

        dispatcher.dispatch(
                upTo(200, read(100, "before"), truncate(200, 150), read(200, "ghost"), row(ORDERS, 200, 160, "after")));
        dispatcher.dispatch(upTo(200, read(200, "ghost, too"), row(ORDERS, 300, 250, "later")));

        assertThat(ids(target)).containsExactly("before", "truncate", "after", "later");
    }

    @Test
    void a_truncate_that_the_target_has_already_does_not_stop_its_load() throws Exception {
        MemoryTarget target = target("ahead", Position.boundary(300), LOADING, ORDERS);

        dispatcher().dispatch(upTo(200, truncate(200, 150), row(ORDERS, 200, 160, "known"), read(200, "read")));

        assertThat(ids(target)).containsExactly("read");
    }

    private static RowChange truncate(long base, long lsn) {
        RowChange change = Records.change(ORDERS, Operation.TRUNCATE, 1, lsn, "truncate", null, 100);
        change.place(new Position(base, lsn, 0));
        return change;
    }
}
