package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.decode.IncrementalLoadMark;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which load a run begins with. A target that joins a load in its middle would miss the rows before, without a word. */
class LoadPlanTest {
    private static final TableName A = TableName.parse("a");
    private static final TableName B = TableName.parse("b");

    private static Session session(@Nullable String progress, long step, Map<TableName, TableLoad> tables) {
        LoadState load =
                new LoadState(progress, step, new TreeMap<>(tables), new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
        MemoryTarget target = new MemoryTarget("t", tables.keySet().toArray(TableName[]::new))
                .stands(new Offset("100:7", Position.boundary(100), load));
        return new Session(target, target.open());
    }

    private static String load(String id, TableName... tables) {
        return IncrementalLoadMark.seed(Arrays.asList(tables), id).text();
    }

    private static IncrementalLoadMark mark(LoadPlan plan) {
        return Objects.requireNonNull(plan.mark());
    }

    @Test
    void nothing_is_loaded_when_every_table_is_done() {
        LoadPlan plan = LoadPlan.of(List.of(
                session(null, 4, Map.of(A, TableLoad.SUCCEEDED)),
                session(null, 2, Map.of(A, TableLoad.EMPTY, B, TableLoad.SKIPPED))));

        assertThat(plan.mark()).isNull();
        assertThat(plan.step()).isEqualTo(4);
    }

    @Test
    void a_new_load_takes_every_table_that_any_target_waits_for() {
        LoadPlan plan = LoadPlan.of(List.of(
                session(null, 4, Map.of(A, TableLoad.PENDING)),
                session(null, 0, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.FAILED))));

        assertThat(mark(plan).remaining()).containsExactly(A, B);
        assertThat(plan.step()).isEqualTo(5);
    }

    @Test
    void each_new_load_has_an_identity_of_its_own() {
        List<Session> sessions = List.of(session(null, 0, Map.of(A, TableLoad.PENDING)));

        assertThat(mark(LoadPlan.of(sessions)).correlationId())
                .isNotEqualTo(mark(LoadPlan.of(sessions)).correlationId());
    }

    @Test
    void a_load_that_was_interrupted_goes_on_where_it_was() {
        LoadPlan plan =
                LoadPlan.of(List.of(session(load("one", B), 9, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.PENDING))));

        assertThat(mark(plan).text()).isEqualTo(load("one", B));
        assertThat(plan.step()).isEqualTo(9);
    }

    @Test
    void of_two_targets_in_the_same_load_the_one_that_is_behind_says_where_to_go_on() {
        LoadPlan plan = LoadPlan.of(List.of(
                session(load("one", B), 9, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.PENDING)),
                session(load("one", A, B), 8, Map.of(A, TableLoad.PENDING, B, TableLoad.PENDING))));

        assertThat(mark(plan).text()).isEqualTo(load("one", A, B));
        assertThat(plan.step()).isEqualTo(8);
    }

    @Test
    void targets_in_different_loads_begin_a_new_one_together() {
        LoadPlan plan = LoadPlan.of(List.of(
                session(load("one", A), 9, Map.of(A, TableLoad.PENDING)),
                session(load("two", A), 4, Map.of(A, TableLoad.PENDING))));

        assertThat(mark(plan).correlationId()).isNotIn("one", "two");
        assertThat(plan.step()).isEqualTo(10);
    }

    @Test
    void a_table_that_nobody_waits_for_any_more_ends_the_interrupted_load() {
        LoadPlan plan = LoadPlan.of(List.of(session(load("one", B, A), 9, Map.of(A, TableLoad.PENDING))));

        assertThat(mark(plan).remaining()).containsExactly(A);
        assertThat(mark(plan).correlationId()).isNotEqualTo("one");
    }

    @Test
    void a_target_that_was_added_is_not_let_into_the_middle_of_a_load() {
        LoadPlan plan = LoadPlan.of(List.of(
                session(load("one", A), 9, Map.of(A, TableLoad.PENDING)),
                session(null, 0, Map.of(A, TableLoad.PENDING))));

        assertThat(mark(plan).correlationId())
                .as("the rows before have gone by: from the beginning")
                .isNotEqualTo("one");
    }

    @Test
    void a_table_that_was_added_to_a_target_is_not_let_into_the_middle_of_a_load() {
        LoadPlan plan = LoadPlan.of(List.of(
                session(load("one", A, B), 8, Map.of(A, TableLoad.PENDING, B, TableLoad.PENDING)),
                session(load("one", B), 9, Map.of(A, TableLoad.PENDING, B, TableLoad.PENDING))));

        assertThat(mark(plan).correlationId()).isNotEqualTo("one");
    }

    @Test
    void a_target_with_other_tables_to_load_does_not_disturb_a_load() {
        LoadPlan plan = LoadPlan.of(List.of(
                session(load("one", A), 9, Map.of(A, TableLoad.PENDING)),
                session(null, 0, Map.of(B, TableLoad.PENDING)),
                session(null, 0, Map.of(A, TableLoad.SUCCEEDED))));

        assertThat(mark(plan).text()).as("the others follow after it").isEqualTo(load("one", A));
    }
}
