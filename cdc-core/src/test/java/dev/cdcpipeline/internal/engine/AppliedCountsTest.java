package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Records;
import dev.cdcpipeline.internal.dispatch.RowChange;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AppliedCountsTest {
    private static final TableName A = TableName.parse("public.a");
    private static final TableName B = TableName.parse("public.b");
    private static final Map<TableName, Map<String, Set<String>>> FILLS = Map.of(
            A, Map.of("a_view", Set.of("id"), "log", Set.of("id")),
            B, Map.of("b_view", Set.of("id"), "log", Set.of("id")));

    private final AppliedCounts counts = new AppliedCounts();
    private final Session session = new Session(new TwoTables(), new TwoTables().open());

    @Test
    void projections_are_known_at_zero_before_anything_is_applied() {
        counts.expect(new TwoTables());

        assertThat(counts.byProjection()).containsOnlyKeys("t");
        assertThat(counts.byProjection().get("t")).containsOnlyKeys("a_view", "b_view", "log");
        assertThat(counts.byProjection().get("t").values())
                .allSatisfy(projection -> assertThat(projection)
                        .containsOnlyKeys(Operation.values())
                        .allSatisfy((operation, count) -> assertThat(count).isZero()));
        assertThat(counts.byTable()).isEmpty();
    }

    @Test
    void a_change_counts_for_its_table_once_and_for_every_projection_of_its_table() {
        counts.add(
                session,
                batch(change(A, Operation.CREATE), change(B, Operation.CREATE), change(A, Operation.CREATE)),
                LoadState.none(),
                new StoredLetters());

        assertThat(counts.byTable())
                .isEqualTo(Map.of(A, Map.of(Operation.CREATE, 2L), B, Map.of(Operation.CREATE, 1L)));
        assertThat(applied("a_view", Operation.CREATE)).isEqualTo(2);
        assertThat(applied("b_view", Operation.CREATE)).isEqualTo(1);
        assertThat(applied("log", Operation.CREATE)).isEqualTo(3);
        assertThat(applied("log", Operation.UPDATE)).isZero();
    }

    @Test
    void operations_are_told_apart_and_batches_add_up() {
        counts.add(
                session,
                batch(change(A, Operation.UPDATE), change(A, Operation.DELETE)),
                LoadState.none(),
                new StoredLetters());
        counts.add(session, batch(change(A, Operation.UPDATE)), LoadState.none(), new StoredLetters());
        counts.add(session, ChangeBatch.empty(), LoadState.none(), new StoredLetters());

        assertThat(counts.byTable()).isEqualTo(Map.of(A, Map.of(Operation.UPDATE, 2L, Operation.DELETE, 1L)));
    }

    @Test
    void what_a_projection_does_not_have_is_not_counted_as_applied_by_it() {
        RowChange parked = change(A, Operation.UPDATE);
        StoredLetters letters = new StoredLetters();
        letters.add(NewLetter.behind("log", LetterChange.of(parked), LetterKeys.of(parked)));

        counts.add(session, batch(change(A, Operation.UPDATE), parked), LoadState.none(), letters);

        assertThat(applied("a_view", Operation.UPDATE)).isEqualTo(2);
        assertThat(applied("log", Operation.UPDATE)).isEqualTo(1);
        assertThat(counts.byTable()).isEqualTo(Map.of(A, Map.of(Operation.UPDATE, 2L)));
    }

    @Test
    void rows_of_a_load_count_only_for_the_projections_that_they_were_read_for() {
        Map<TableName, Map<String, Set<String>>> before = Map.of(A, Map.of("a_view", Set.of("id")));
        LoadState loading = LoadState.none().wanting(before, TableLoad.SKIPPED).beginning("b1", List.of(A), "a_view");

        counts.add(
                session, batch(change(A, Operation.READ), change(A, Operation.UPDATE)), loading, new StoredLetters());

        assertThat(applied("a_view", Operation.READ)).isEqualTo(1);
        assertThat(applied("log", Operation.READ)).isZero();
        assertThat(applied("log", Operation.UPDATE)).isEqualTo(1);
        assertThat(counts.read(A)).isEqualTo(1);
        assertThat(counts.read(B)).isZero();
    }

    private long applied(String projection, Operation operation) {
        return counts.byProjection().get("t").get(projection).get(operation);
    }

    private static RowChange change(TableName table, Operation operation) {
        return Records.change(table, operation, 1, 1, "1", "x", 10);
    }

    private static ChangeBatch batch(RowChange... changes) {
        return new ChangeBatch(List.of(changes));
    }

    /** Two views, and a log of both tables. */
    private static final class TwoTables implements Target {

        @Override
        public String name() {
            return "t";
        }

        @Override
        public Collection<SourceTable<?>> tables() {
            return List.of(
                    SourceTable.of("public.a", MemoryTarget.AnyRow.class),
                    SourceTable.of("public.b", MemoryTarget.AnyRow.class));
        }

        @Override
        public Map<String, Set<String>> fills(TableName table) {
            return FILLS.getOrDefault(table, Map.of());
        }

        TargetSession open() {
            return new MemoryTarget("t", A, B).open();
        }

        @Override
        public TargetSession open(TargetContext context) {
            return open();
        }

        @Override
        public void forget(String pipeline, ShardId shard, Epoch epoch) {}
    }
}
