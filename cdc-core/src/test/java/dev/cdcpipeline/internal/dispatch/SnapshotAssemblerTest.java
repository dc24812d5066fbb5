package dev.cdcpipeline.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotAssemblerTest {
    private static final TableName EMPTY = TableName.parse("public.empty");

    private final SnapshotAssembler assembler =
            new SnapshotAssembler(Set.of(Records.ORDERS, EMPTY), 7, new StreamCounts());

    @Test
    void rows_leave_a_target_before_everything_and_each_batch_has_a_step_of_its_own() {
        assembler.accept(Records.read(0, 0, "1"));
        Delivery first = assembler.rows();
        assembler.accept(Records.read(0, 0, "2"));
        Delivery second = assembler.rows();

        assertThat(first.changes()).hasSize(1);
        assertThat(first.position()).isEqualTo(Position.boundary(0));
        assertThat(first.loadStep()).isEqualTo(8);
        assertThat(first.loadResults()).isEmpty();
        assertThat(Objects.requireNonNull(first.load()).remaining()).containsExactlyInAnyOrder(Records.ORDERS, EMPTY);
        assertThat(second.changes()).hasSize(1);
        assertThat(second.loadStep()).isEqualTo(9);
    }

    @Test
    void the_end_comes_with_the_last_rows_the_boundary_and_the_result_of_each_table() {
        assembler.accept(Records.read(0, 0, "1"));

        Delivery end = assembler.end("boundary", Position.boundary(100));

        assertThat(end.changes()).hasSize(1);
        assertThat(end.boundary()).isEqualTo("boundary");
        assertThat(end.position()).isEqualTo(Position.boundary(100));
        assertThat(end.load()).isNull();
        assertThat(end.loadResults())
                .containsOnly(Map.entry(Records.ORDERS, TableLoad.SUCCEEDED), Map.entry(EMPTY, TableLoad.EMPTY));
    }

    @Test
    void what_streams_is_passed_over() {
        assembler.accept(Records.begin(100, 1));
        assembler.accept(Records.row(100, 1, 101, "1"));
        assembler.accept(Records.heartbeat(100, 1));

        assertThat(assembler.rows().changes()).isEmpty();
    }
}
