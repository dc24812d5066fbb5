package dev.cdcpipeline.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoadStepTest {
    private static final TableName A = TableName.parse("a");
    private static final Map<TableName, Map<String, Set<String>>> WANTED = Map.of(A, Map.of("view", Set.of("x")));
    private static final LoadState FIRST = LoadState.none().wanting(WANTED, TableLoad.PENDING);
    private static final LoadState DONE = FIRST.advance(null, 1, Map.of(A, TableLoad.SUCCEEDED));
    private static final LoadState BEGUN = DONE.beginning("b1", List.of(A), "view");
    private static final LoadState READING = BEGUN.advance("p", 2, Map.of());

    private static LoadStep step(LoadState before, LoadState after) {
        return LoadStep.of(Optional.of(offset(before)), offset(after));
    }

    private static Offset offset(LoadState load) {
        return new Offset("boundary", Position.boundary(1), load);
    }

    @Test
    void the_same_state_changes_nothing() {
        assertThat(step(DONE, DONE).mayChangeLoads()).isFalse();
        assertThat(step(DONE, DONE).loads(A, "view")).isEmpty();
    }

    @Test
    void a_load_begins_when_it_is_asked_for() {
        assertThat(LoadStep.of(Optional.empty(), offset(FIRST)).begins(A, "view"))
                .contains(LoadKind.FILL);
        assertThat(step(DONE, BEGUN).begins(A, "view")).contains(LoadKind.REPLACE);
        assertThat(step(DONE, BEGUN).begins(A, "other")).isEmpty();
    }

    @Test
    void a_load_that_goes_on_does_not_begin() {
        LoadState failed = READING.advance(null, 3, Map.of(A, TableLoad.FAILED));

        assertThat(step(BEGUN, BEGUN.without("b1")).begins(A, "view")).isEmpty();
        assertThat(step(BEGUN, READING).begins(A, "view")).isEmpty();
        assertThat(step(READING, READING.advance("q", 3, Map.of())).begins(A, "view"))
                .isEmpty();
        assertThat(step(READING, failed).begins(A, "view")).isEmpty();
        assertThat(step(failed, failed.advance("q", 4, Map.of())).begins(A, "view"))
                .isEmpty();
        assertThat(step(READING, READING.advance(null, 3, Map.of(A, TableLoad.CATCHING_UP)))
                        .begins(A, "view"))
                .isEmpty();
    }

    @Test
    void a_load_begins_anew_after_a_gap_wherever_it_was() {
        LoadState failed = READING.advance(null, 3, Map.of(A, TableLoad.FAILED));
        LoadState catchingUp = READING.advance(null, 3, Map.of(A, TableLoad.CATCHING_UP));

        for (LoadState before : List.of(FIRST, DONE, BEGUN, READING, failed, catchingUp, BEGUN.reloading())) {
            assertThat(step(before, before.reloading()).begins(A, "view")).contains(LoadKind.REPLACE);
        }
    }

    @Test
    void a_load_ends_well_only_when_its_rows_are_there() {
        LoadStep ended = step(READING, READING.advance(null, 3, Map.of(A, TableLoad.SUCCEEDED)));
        LoadStep left = step(READING, READING.leaving("b1", List.of(A), "view"));

        assertThat(ended.done()).containsExactly(A);
        assertThat(ended.ends(A, "view")).contains(LoadKind.REPLACE);
        assertThat(ended.leaves(A, "view")).isEmpty();
        assertThat(ended.loads(A, "view")).as("in its last batch").contains(LoadKind.REPLACE);
        assertThat(left.done()).isEmpty();
        assertThat(left.ends(A, "view")).isEmpty();
        assertThat(left.leaves(A, "view")).contains(LoadKind.REPLACE);
    }
}
