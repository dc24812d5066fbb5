package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchPartTest {
    private static final Changes ORDERS = new Changes("public.orders", 1, "id bigint", "note text");
    private static final Offset AT = new Offset("at", Position.boundary(0), LoadState.none());

    /** Transactions of so many changes each; a change's position tells which. */
    private static List<Change<Row>> transactions(int... sizes) {
        List<Change<Row>> changes = new ArrayList<>();
        for (int transaction = 0; transaction < sizes.length; transaction++) {
            for (int i = 0; i < sizes[transaction]; i++) {
                changes.add(Changes.at(
                        new Position(transaction + 1L, i + 1L, 0), ORDERS.create(transaction + ":" + i, "x")));
            }
        }
        return changes;
    }

    private static Offset behind(List<Change<Row>> changes) {
        return new Offset(
                "behind",
                Position.boundary(changes.get(changes.size() - 1).position().base() + 1),
                AT.load());
    }

    private static List<BatchPart> parts(List<Change<Row>> changes, Offset at) {
        return BatchPart.of(new ChangeBatch(changes), at, behind(changes), 4);
    }

    @Test
    void a_large_batch_is_cut_where_transactions_end() {
        List<Change<Row>> changes = transactions(3, 2, 9, 1, 1);

        List<BatchPart> parts = parts(changes, AT);

        assertThat(parts).extracting(part -> part.changes().size()).containsExactly(5, 9, 2);
        assertThat(parts.stream().flatMap(part -> part.changes().stream())).containsExactlyElementsOf(changes);
    }

    @Test
    void each_part_ends_at_its_last_change_and_the_last_one_where_the_batch_does() {
        List<Change<Row>> changes = transactions(4, 4);

        List<BatchPart> parts = parts(changes, AT);

        assertThat(parts.get(0).upTo())
                .isEqualTo(new Offset("at", changes.get(3).position(), AT.load()));
        assertThat(parts.get(1).upTo()).isEqualTo(behind(changes));
    }

    @Test
    void what_was_applied_before_is_left_out() {
        List<Change<Row>> changes = transactions(4, 4);
        Offset inBetween = new Offset("at", changes.get(3).position(), AT.load());

        assertThat(parts(changes, inBetween))
                .singleElement()
                .satisfies(part -> assertThat(part.changes()).containsExactlyElementsOf(changes.subList(4, 8)));
    }

    @Test
    void changes_that_are_applied_again_at_the_same_place_are_all_there() {
        List<Change<Row>> changes = transactions(2, 2);
        Offset at = behind(changes);

        assertThat(BatchPart.of(new ChangeBatch(changes), at, at, 1)).containsExactly(new BatchPart(changes, at));
    }

    @Test
    void a_batch_with_rows_of_a_load_or_with_a_truncate_is_not_cut() {
        List<Change<Row>> loaded = transactions(4, 4);
        loaded.add(0, Changes.at(Position.boundary(0), ORDERS.read("1", "x")));
        List<Change<Row>> truncated = transactions(4, 4);
        truncated.add(Changes.at(new Position(9, 1, 0), ORDERS.truncate()));

        assertThat(parts(loaded, AT)).hasSize(1);
        assertThat(parts(truncated, AT)).hasSize(1);
        assertThat(parts(loaded, AT).get(0).changes()).isEqualTo(loaded);
    }
}
