package dev.cdcpipeline.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Debezium's note of an incremental snapshot, and the two meanings of its null key. */
class IncrementalLoadMarkTest {
    private static final TableName A = TableName.parse("a");
    private static final TableName B = TableName.parse("b");
    private static final String NULL_KEY = "ACED000570";

    private static String list(TableName... tables) {
        String text = IncrementalLoadMark.seed(List.of(tables), "id").text();
        return BoundaryText.read(text).path(IncrementalLoadMark.COLLECTIONS).asText();
    }

    private static Map<String, Object> offset(@Nullable String key, TableName... tables) {
        Map<String, Object> offset = new HashMap<>();
        offset.put("lsn", 5L);
        offset.put(IncrementalLoadMark.COLLECTIONS, list(tables));
        offset.put(IncrementalLoadMark.CORRELATION_ID, "id");
        offset.put(IncrementalLoadMark.PRIMARY_KEY, key);
        offset.put(IncrementalLoadMark.MAXIMUM_KEY, "max");
        return offset;
    }

    private static IncrementalLoadMark mark(@Nullable String key, TableName... tables) {
        return Objects.requireNonNull(IncrementalLoadMark.of(offset(key, tables), null));
    }

    @Test
    void the_null_key_of_the_same_list_keeps_the_key_that_is_known() {
        IncrementalLoadMark stored = mark("key5", A, B);

        assertThat(mark(NULL_KEY, A, B).mergedWith(stored)).isSameAs(stored);
    }

    @Test
    void the_null_key_is_known_in_lower_case_as_debezium_writes_it() {
        IncrementalLoadMark stored = mark("key5", A, B);

        assertThat(mark("aced000570", A, B).mergedWith(stored)).isSameAs(stored);
    }

    @Test
    void the_null_key_of_a_shorter_list_is_taken_or_rows_of_the_next_table_would_be_skipped() {
        IncrementalLoadMark next = mark(NULL_KEY, B);

        assertThat(next.mergedWith(mark("key5", A, B))).isSameAs(next);
    }

    @Test
    void the_null_key_is_taken_when_no_key_is_known() {
        IncrementalLoadMark first = mark(NULL_KEY, A);

        assertThat(first.mergedWith(null)).isSameAs(first);
        assertThat(first.mergedWith(IncrementalLoadMark.seed(List.of(A), "id"))).isSameAs(first);
        assertThat(first.mergedWith(mark(NULL_KEY, A))).isSameAs(first);
    }

    @Test
    void a_key_is_always_taken() {
        IncrementalLoadMark newer = mark("key6", A);

        assertThat(newer.mergedWith(mark("key5", A))).isSameAs(newer);
    }

    @Test
    void an_offset_without_a_load_has_no_mark() {
        assertThat(IncrementalLoadMark.of(Map.of("lsn", 5L), mark("key5", A))).isNull();
    }

    @Test
    void the_same_place_is_the_same_mark() {
        IncrementalLoadMark last = mark("key5", A);

        assertThat(IncrementalLoadMark.of(offset("key5", A), last)).isSameAs(last);
        assertThat(IncrementalLoadMark.of(offset("key6", A), last)).isNotSameAs(last);
        assertThat(IncrementalLoadMark.of(offset("key5", A, B), last)).isNotSameAs(last);
    }

    @Test
    void its_text_is_read_back_as_it_was() {
        IncrementalLoadMark mark = mark("key5", A, B);
        IncrementalLoadMark seed = IncrementalLoadMark.seed(List.of(B, A), "id");

        assertThat(IncrementalLoadMark.parse(mark.text()).text()).isEqualTo(mark.text());
        assertThat(IncrementalLoadMark.parse(mark.text()).remaining()).containsExactly(A, B);
        assertThat(IncrementalLoadMark.parse(seed.text()).remaining()).containsExactly(B, A);
        assertThat(IncrementalLoadMark.parse(seed.text()).correlationId()).isEqualTo("id");
        assertThat(seed.text()).as("from the beginning").doesNotContain("_key\"");
    }

    @Test
    void a_seed_is_in_the_form_that_was_proved_with_debezium() {
        assertThat(list(A))
                .isEqualTo("[{\"incremental_snapshot_collections_id\":\"public.a\","
                        + "\"incremental_snapshot_collections_additional_condition\":null,"
                        + "\"incremental_snapshot_collections_surrogate_key\":null}]");
    }
}
