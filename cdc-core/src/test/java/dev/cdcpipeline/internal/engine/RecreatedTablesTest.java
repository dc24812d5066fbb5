package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.shard.ShardId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When the rows of a table that was dropped and created again are loaded. */
class RecreatedTablesTest {
    private static final TableName A = TableName.parse("a");
    private static final LoadState DONE = LoadState.none()
            .wanting(Map.of(A, Map.of("view", Set.of("x"))), TableLoad.PENDING)
            .from(Map.of(A, 1L))
            .advance(null, 1, Map.of(A, TableLoad.SUCCEEDED));

    private final RecreatedTables tables = new RecreatedTables(new ShardId("db0"));

    private LoadState look(long relation, long boundary, long log) {
        tables.look(Map.of(A, relation), List.of(DONE), boundary, () -> log);
        return tables.applyTo(DONE);
    }

    @Test
    void a_table_that_is_the_same_is_left_alone() {
        assertThat(look(1, 500, 500)).isEqualTo(DONE);
        assertThat(tables.streamFirstTo()).isZero();
        assertThat(tables.found()).isEmpty();
    }

    @Test
    void nothing_is_loaded_before_the_stream_has_come_to_where_the_log_was_when_the_new_table_was_seen() {
        assertThat(look(2, 100, 500)).isEqualTo(DONE);
        assertThat(tables.streamFirstTo()).isEqualTo(500);
        assertThat(look(2, 499, 900)).isEqualTo(DONE);
        assertThat(tables.streamFirstTo()).isEqualTo(500);

        LoadState due = look(2, 500, 900);
        assertThat(due.unread()).containsExactly(A);
        assertThat(due.relations()).isEqualTo(Map.of(A, 2L));
        assertThat(tables.streamFirstTo()).isZero();
    }

    @Test
    void one_that_is_created_again_meanwhile_is_waited_for_anew() {
        look(2, 100, 500);

        assertThat(look(3, 500, 900)).isEqualTo(DONE);
        assertThat(tables.streamFirstTo()).isEqualTo(900);
    }

    @Test
    void a_new_target_is_not_loaded_while_the_stream_has_changes_of_the_old_table_for_it() {
        tables.look(Map.of(A, 2L), List.of(DONE), 100, () -> 500);
        LoadState fresh = LoadState.none().wanting(Map.of(A, Map.of("other", Set.of("x"))), TableLoad.PENDING);
        LoadState given = tables.applyTo(fresh);
        assertThat(given.recreated(Map.of(A, 2L))).containsKey(A);

        tables.look(Map.of(A, 2L), List.of(DONE, given), 500, () -> 900);
        assertThat(tables.applyTo(given).recreated(Map.of(A, 2L))).isEmpty();
    }

    @Test
    void what_is_loaded_is_not_waited_for_any_more() {
        look(2, 100, 500);
        LoadState due = look(2, 500, 900);
        tables.look(Map.of(A, 2L), List.of(due), 950, () -> 1000);

        assertThat(tables.found()).isEmpty();
        assertThat(tables.applyTo(due)).isEqualTo(due);
    }
}
