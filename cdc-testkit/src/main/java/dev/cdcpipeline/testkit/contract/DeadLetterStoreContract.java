package dev.cdcpipeline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterRow;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.shard.ShardId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link DeadLetterStore} must show of letters, and how they are edited. */
public abstract class DeadLetterStoreContract {
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();

    protected final StoredLetters db0 = new StoredLetters("db0");
    protected final StoredLetters db1 = new StoredLetters("db1");

    /** The store, as another process sees it. Empty when a test begins. */
    protected abstract DeadLetterStore store();

    /** Stores letters as a session of the target would. */
    protected abstract void park(String pipeline, ShardId shard, String target, List<NewLetter> letters);

    private void park(NewLetter... letters) {
        park("shop", new ShardId(letters[0].change().source().shard()), "view", List.of(letters));
    }

    private List<DeadLetter> list(DeadLetterFilter filter) {
        return store().list("shop", filter, 0, 100);
    }

    @Test
    void there_are_no_letters_in_the_beginning() {
        assertThat(list(ALL)).isEmpty();
        assertThat(store().count("shop", ALL)).isEmpty();
        assertThat(store().edit("shop", "view", 1, Map.of())).isEmpty();
    }

    @Test
    void a_letter_is_shown_as_it_was_stored() {
        NewLetter stored = db0.failed("orders_view", db0.update("17", "{\"a\": 1}", null));
        Instant before = Instant.now().minusSeconds(300);
        park(stored);

        DeadLetter letter = list(ALL).get(0);
        assertThat(letter.change()).usingRecursiveComparison().isEqualTo(stored.change());
        assertThat(letter.pipeline()).isEqualTo("shop");
        assertThat(letter.shard()).isEqualTo("db0");
        assertThat(letter.target()).isEqualTo("view");
        assertThat(letter.projection()).isEqualTo("orders_view");
        assertThat(letter.keys()).isEqualTo(stored.keys());
        assertThat(letter.state()).isEqualTo(DeadLetter.State.PARKED);
        assertThat(letter.attempts()).isEqualTo(3);
        assertThat(letter.error()).isEqualTo(stored.error());
        assertThat(letter.firstFailedAt()).isEqualTo(stored.firstFailedAt());
        assertThat(letter.lastFailedAt()).isAfter(before);
        assertThat(letter.parkedAt()).isAfter(before);
        assertThat(letter.original()).isEmpty();
        assertThat(letter.note()).isEmpty();
        assertThat(letter.isBehindAnother()).isFalse();
    }

    @Test
    void rows_of_tables_without_a_key_and_values_that_were_not_sent_are_kept_exactly() {
        LetterRow before = StoredLetters.row("1", "a \"quoted\" \\ ünïcode 😀\n\ttab", "{NULL,\"x,y\"}");
        LetterRow after = new LetterRow(StoredLetters.LAYOUT, Arrays.asList("1", "", null), Set.of(2));
        LetterChange keyless = db0.keyless(before, after);
        NewLetter moved = db0.moved("orders_view", "1", "2").get(1);
        park(db0.failed("orders_view", keyless), moved);

        assertThat(list(ALL).get(0).change()).usingRecursiveComparison().isEqualTo(keyless);
        assertThat(list(ALL).get(1).change()).usingRecursiveComparison().isEqualTo(moved.change());
    }

    @Test
    void one_that_waits_has_no_error_and_one_that_was_discarded_has_its_reason() {
        NewLetter waits = db0.behind("orders_view", "1");
        NewLetter failed = db0.failed("orders_view", "2");
        park(
                waits,
                new NewLetter(
                        failed.projection(),
                        failed.change(),
                        failed.keys(),
                        1,
                        failed.error(),
                        failed.firstFailedAt(),
                        Optional.of("legacy")));

        DeadLetter waiting = list(ALL).get(0);
        assertThat(list(ALL)).hasSize(1);
        assertThat(waiting.isBehindAnother()).isTrue();
        assertThat(waiting.attempts()).isZero();
        DeadLetter discarded = list(ALL.discarded()).get(0);
        assertThat(discarded.state()).isEqualTo(DeadLetter.State.DISCARDED);
        assertThat(discarded.note()).isEqualTo("legacy");
    }

    @Test
    void a_filter_names_what_all_that_are_shown_have() {
        park(db0.failed("a", "1"), db0.failed("b", "1"), db0.behind("a", "2"));
        park(db1.failed("a", "1"));
        park("shop", new ShardId("db0"), "other", List.of(db0.failed("a", "1")));
        park("mall", new ShardId("db0"), "view", List.of(db0.failed("a", "1")));
        List<Long> ids = ids(ALL);

        assertThat(ids).hasSize(5);
        assertThat(ids(ALL.target("other"))).containsExactly(ids.get(4));
        assertThat(ids(ALL.target("view").projection("b"))).containsExactly(ids.get(1));
        assertThat(ids(ALL.shard("db1"))).containsExactly(ids.get(3));
        assertThat(ids(ALL.shard("db0").target("view").key(StoredLetters.ORDERS, "1")))
                .containsExactly(ids.get(0), ids.get(1));
        assertThat(ids(ALL.table(StoredLetters.ORDERS))).isEqualTo(ids);
        assertThat(ids(ALL.table(TableName.parse("orders2")))).isEmpty();
        assertThat(ids(ALL.target("view").error("POSITIVE"))).containsExactly(ids.get(0), ids.get(1), ids.get(3));
        assertThat(ids(ALL.error("sqlexception"))).hasSize(4);
        assertThat(ids(ALL.error("%"))).as("no pattern").isEmpty();
        assertThat(ids(DeadLetterFilter.ids("view", ids.get(2), ids.get(0), ids.get(4))))
                .containsExactly(ids.get(0), ids.get(2));
        assertThat(ids(DeadLetterFilter.of(list(ALL).get(3)))).containsExactly(ids.get(3));
        assertThat(store().count("shop", ALL))
                .isEqualTo(Map.of("db0", Map.of("a", 3L, "b", 1L), "db1", Map.of("a", 1L)));
        assertThat(store().count("shop", ALL.error("positive").target("view")))
                .isEqualTo(Map.of("db0", Map.of("a", 1L, "b", 1L), "db1", Map.of("a", 1L)));
    }

    private List<Long> ids(DeadLetterFilter filter) {
        return list(filter).stream().map(DeadLetter::id).toList();
    }

    @Test
    void pages_follow_each_other_without_a_gap() {
        List<NewLetter> many = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            many.add(db0.failed("a", String.valueOf(i)));
        }
        park("shop", new ShardId("db0"), "view", many);

        List<String> seen = new ArrayList<>();
        long after = 0;
        for (int page = 0; page < 3; page++) {
            for (DeadLetter letter : store().list("shop", ALL, after, 10)) {
                seen.addAll(letter.keys());
                after = letter.id();
            }
        }
        assertThat(seen)
                .isEqualTo(
                        many.stream().flatMap(letter -> letter.keys().stream()).toList());
        assertThat(store().list("shop", ALL, after, 10)).isEmpty();
        assertThatThrownBy(() -> store().list("shop", ALL, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().list("shop", ALL, 0, 10_001)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_edited_row_keeps_what_it_was_at_first() {
        LetterRow row = new LetterRow(StoredLetters.LAYOUT, Arrays.asList("1", "c", null), Set.of(2));
        park(db0.failed("a", db0.update(row)));
        long id = ids(ALL).get(0);

        DeadLetter once = edit(id, "customer", null).orElseThrow();
        assertThat(once.change().after().texts()).containsExactly("1", null, null);
        assertThat(once.change().after().unchanged()).containsExactly(2);
        assertThat(once.original().orElseThrow()).usingRecursiveComparison().isEqualTo(row);

        DeadLetter twice = edit(id, "note", "{\"a \\\" b\"}").orElseThrow();
        assertThat(twice.change().after().texts()).containsExactly("1", null, "{\"a \\\" b\"}");
        assertThat(twice.change().after().unchanged()).as("a value was given").isEmpty();
        assertThat(twice.original().orElseThrow()).usingRecursiveComparison().isEqualTo(row);
        assertThat(twice.attempts()).isEqualTo(3);
        assertThat(list(ALL).get(0)).usingRecursiveComparison().isEqualTo(twice);
    }

    @Test
    void the_key_and_what_is_no_column_cannot_be_edited() {
        park(db0.failed("a", "1"), db0.moved("a", "2", "3").get(0));
        List<Long> ids = ids(ALL);

        assertThatThrownBy(() -> edit(ids.get(0), "id", "2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column 'id' is part of the key");
        assertThatThrownBy(() -> edit(ids.get(0), "nothing", "2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no column 'nothing'")
                .hasMessageContaining("customer");
        assertThatThrownBy(() -> edit(ids.get(0), "customer", "\u0000")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> edit(ids.get(1), "customer", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no row");
        assertThat(list(ALL)).allSatisfy(letter -> assertThat(letter.original()).isEmpty());
    }

    @Test
    void a_letter_of_another_target_or_pipeline_is_not_edited() {
        park(db0.failed("a", "1"));
        long id = ids(ALL).get(0);

        assertThat(store().edit("shop", "other", id, Map.of("customer", "x"))).isEmpty();
        assertThat(store().edit("mall", "view", id, Map.of("customer", "x"))).isEmpty();
        assertThat(store().edit("shop", "view", id + 1, Map.of("customer", "x")))
                .isEmpty();
    }

    private Optional<DeadLetter> edit(long id, String column, @Nullable String text) {
        Map<String, @Nullable String> values = new HashMap<>();
        values.put(column, text);
        return store().edit("shop", "view", id, values);
    }
}
