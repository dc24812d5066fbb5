package dev.cdcpipeline.internal.dispatch;

import static dev.cdcpipeline.internal.dispatch.Records.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.RowOf;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an update left out is read again at the source, for those who ask. */
class RereadUnchangedTest {
    private static final RowLayout COLUMNS =
            new RowLayout(List.of("id", "note", "body", "extra"), List.of("text", "text", "text", "bytea"));
    private static final SourceTable<Letter> LETTERS = SourceTable.of(ORDERS, Letter.class);
    private static final SourceTable<Row> ALL = SourceTable.rows(ORDERS);

    private final Recording listener = new Recording();
    private final List<Session> sessions = new ArrayList<>();
    private final List<UnchangedRows> asked = new ArrayList<>();
    private final Map<List<String>, Map<String, @Nullable String>> source = new HashMap<>();
    private int failures;

    record Letter(
            String id, @Nullable String note, @Nullable String body) {}

    private MemoryTarget target(SourceTable<?>... tables) {
        MemoryTarget target = new MemoryTarget("t" + sessions.size())
                .stands(new Offset("100:7", Position.boundary(100), LoadState.none()));
        Arrays.stream(tables).forEach(target::reads);
        sessions.add(new Session(target, target.open()));
        return target;
    }

    private void dispatch(RowChange... changes) throws InterruptedException {
        List<Change<Row>> rows = new ArrayList<>();
        long lsn = 110;
        for (RowChange change : changes) {
            change.place(new Position(100, lsn++, 0));
            rows.add(change);
        }
        new Dispatcher(sessions, this::read, FailureSettings.standard(), listener.retries(), listener)
                .dispatch(new Delivery(rows, "200:1", Position.boundary(200), null, 0, Map.of(), 0, false));
    }

    private Map<List<String>, Map<String, @Nullable String>> read(UnchangedRows rows) throws InterruptedException {
        asked.add(rows);
        if (failures-- > 0) {
            throw new TransientFailure("the source is away");
        }
        return source;
    }

    /** An update that touched the note only. */
    private static RowChange update(String id, String note) {
        return change(5, RowOf.column("id", id), PartialRow.of(COLUMNS, Map.of("id", id, "note", note)));
    }

    private static RowChange change(long transaction, @Nullable Row key, Row after) {
        return new RowChange(
                Operation.UPDATE, ORDERS, key, null, null, after, new RowChange.Origin("db0", 0, transaction, 0), 100);
    }

    private static Change<Row> only(MemoryTarget target) {
        assertThat(target.applied()).hasSize(1);
        return target.applied().get(0);
    }

    private static Row after(Change<Row> change) {
        Row after = change.after();
        assertThat(after).isNotNull();
        return after;
    }

    @Test
    void who_asks_sees_the_value_that_the_source_has_and_that_it_was_read_again() throws Exception {
        MemoryTarget target = target(LETTERS.rereadUnchanged());
        source.put(List.of("a"), Map.of("body", "long text"));

        dispatch(update("a", "new"));

        Change<Row> change = only(target);
        assertThat(after(change).text("body")).isEqualTo("long text");
        assertThat(change.isUnchanged("body")).isFalse();
        assertThat(change.isReread("body")).isTrue();
        assertThat(change.isReread("note")).as("sent").isFalse();
        assertThat(change.isUnchanged("extra")).as("nobody asked for it").isTrue();
        Change<Letter> typed = LETTERS.rereadUnchanged().typed(change);
        assertThat(typed.after()).isEqualTo(new Letter("a", "new", "long text"));
        assertThat(typed.isReread("body")).isTrue();
        assertThat(asked)
                .containsExactly(new UnchangedRows(
                        ORDERS, List.of("id"), Set.of(List.of("a")), Map.of("body", "text"), Set.of(5L)));
    }

    @Test
    void who_does_not_ask_sees_the_change_as_it_was_sent() throws Exception {
        MemoryTarget asks = target(ALL.rereadUnchanged(), LETTERS);
        MemoryTarget other = target(LETTERS);
        source.put(List.of("a"), Map.of("body", "long text", "extra", "more"));

        dispatch(update("a", "new"));

        Change<Letter> beside = LETTERS.typed(only(asks));
        assertThat(beside.isUnchanged("body")).isTrue();
        assertThat(beside.isReread("body")).isFalse();
        assertThat(beside.after()).isEqualTo(new Letter("a", "new", null));
        assertThat(only(other).isUnchanged("body")).isTrue();
        assertThat(asked).as("one target asks").hasSize(1);
        assertThat(asked.get(0).columns()).containsOnlyKeys("body", "extra");
    }

    @Test
    void a_value_that_became_null_meanwhile_is_null_and_read_again() throws Exception {
        MemoryTarget target = target(LETTERS.rereadUnchanged());
        Map<String, @Nullable String> nothing = new HashMap<>();
        nothing.put("body", null);
        source.put(List.of("a"), nothing);

        dispatch(update("a", "new"));

        assertThat(after(only(target)).text("body")).isNull();
        assertThat(only(target).isUnchanged("body")).isFalse();
        assertThat(only(target).isReread("body")).isTrue();
    }

    @Test
    void a_row_that_is_gone_meanwhile_stays_unchanged() throws Exception {
        MemoryTarget target = target(LETTERS.rereadUnchanged());

        dispatch(update("a", "new"));

        assertThat(after(only(target)).text("body")).isNull();
        assertThat(only(target).isUnchanged("body")).isTrue();
        assertThat(only(target).isReread("body")).isFalse();
    }

    @Test
    void a_column_that_is_gone_meanwhile_stays_unchanged() throws Exception {
        MemoryTarget target = target(ALL.rereadUnchanged());
        source.put(List.of("a"), Map.of("body", "long text"));

        dispatch(update("a", "new"));

        assertThat(only(target).isReread("body")).isTrue();
        assertThat(only(target).isUnchanged("extra")).isTrue();
    }

    @Test
    void a_batch_asks_once_for_a_table_whatever_the_number_of_its_rows() throws Exception {
        MemoryTarget target = target(LETTERS.rereadUnchanged());
        source.put(List.of("a"), Map.of("body", "of a"));
        source.put(List.of("b"), Map.of("body", "of b"));
        Row whole = PartialRow.of(COLUMNS, Map.of("id", "c", "note", "n", "body", "sent", "extra", "x"));

        dispatch(
                update("a", "1"),
                update("b", "2"),
                change(6, RowOf.column("id", "a"), PartialRow.of(COLUMNS, Map.of("id", "a"))),
                change(7, RowOf.column("id", "c"), whole));

        assertThat(target.applied())
                .extracting(change -> after(change).text("body"))
                .containsExactly("of a", "of b", "of a", "sent");
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).keys()).containsExactly(List.of("a"), List.of("b"));
        assertThat(asked.get(0).transactions()).containsExactlyInAnyOrder(5L, 6L);
    }

    @Test
    void a_key_that_was_altered_within_a_batch_is_looked_up_by_each_of_its_shapes() throws Exception {
        target(LETTERS.rereadUnchanged());

        dispatch(
                update("a", "1"),
                change(6, RowOf.column("number", "1"), PartialRow.of(COLUMNS, Map.of("id", "a", "note", "n"))));

        assertThat(asked).extracting(UnchangedRows::keyColumns).containsExactly(List.of("id"), List.of("number"));
    }

    @Test
    void a_table_that_was_altered_within_a_batch_is_looked_up_by_each_of_its_shapes() throws Exception {
        target(LETTERS.rereadUnchanged());
        RowLayout altered = new RowLayout(COLUMNS.columns(), List.of("text", "text", "jsonb", "bytea"));

        dispatch(
                update("a", "1"),
                change(6, RowOf.column("id", "a"), PartialRow.of(altered, Map.of("id", "a", "note", "n"))));

        assertThat(asked)
                .extracting(UnchangedRows::columns)
                .containsExactly(Map.of("body", "text"), Map.of("body", "jsonb"));
    }

    @Test
    void nobody_is_asked_without_need() throws Exception {
        target(LETTERS.rereadUnchanged());
        TableName other = TableName.parse("others");

        dispatch(
                Records.change(ORDERS, Operation.DELETE, 1, 0, "a", null, 100),
                change(2, null, PartialRow.of(COLUMNS, Map.of("id", "keyless"))),
                change(
                        3,
                        RowOf.column("id", "b"),
                        PartialRow.of(COLUMNS, Map.of("id", "b", "note", "n", "body", "sent"))),
                new RowChange(
                        Operation.UPDATE,
                        other,
                        RowOf.column("id", "a"),
                        null,
                        null,
                        PartialRow.of(COLUMNS, Map.of("id", "a")),
                        new RowChange.Origin("db0", 0, 4, 0),
                        100));

        assertThat(asked).isEmpty();
    }

    @Test
    void a_batch_waits_for_a_source_that_is_away_and_keeps_its_order() throws Exception {
        MemoryTarget target = target(LETTERS.rereadUnchanged());
        source.put(List.of("a"), Map.of("body", "long text"));
        failures = BatchTries.TRIES + 1;

        dispatch(update("a", "1"), update("a", "2"));

        assertThat(target.tries()).as("nothing was applied meanwhile").isEqualTo(1);
        assertThat(target.applied())
                .extracting(change -> after(change).text("note"))
                .containsExactly("1", "2");
        assertThat(timesHeard("t0 retrying")).isEqualTo(BatchTries.TRIES + 1);
        assertThat(listener.heard).endsWith("t0 applied 2", "t0 recovered");
    }

    private long timesHeard(String heard) {
        return listener.heard.stream().filter(heard::equals).count();
    }

    @Test
    void a_batch_that_was_stored_although_it_failed_is_not_read_again() throws Exception {
        MemoryTarget target = target(LETTERS.rereadUnchanged());
        target.fails(() -> new TransientFailure("connection lost in commit"), true);

        dispatch(update("a", "1"));

        assertThat(asked).hasSize(1);
        assertThat(target.applied()).hasSize(1);
    }

    @Test
    void the_wish_to_stop_ends_the_wait_for_the_source() {
        MemoryTarget target = target(LETTERS.rereadUnchanged());
        Dispatcher dispatcher = new Dispatcher(
                sessions,
                rows -> {
                    throw new InterruptedException("stopped");
                },
                FailureSettings.standard(),
                listener.retries(),
                listener);
        RowChange change = update("a", "1");
        change.place(new Position(100, 110, 0));

        assertThatThrownBy(() -> dispatcher.dispatch(
                        new Delivery(List.of(change), "200:1", Position.boundary(200), null, 0, Map.of(), 0, false)))
                .isInstanceOf(InterruptedException.class);
        assertThat(target.applied()).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
    }
}
