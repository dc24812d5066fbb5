package dev.cdcpipeline.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.Relations;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class EngineHandoffTest {
    private static final StreamScope NOTHING = new StreamScope(
            new CapturedTables(Map.of(), Set.of(), Map.of(), Map.of()), Relations.of(Set.of()), Set.of());

    @Test
    void a_connector_that_streams_may_start_again_and_finds_what_is_stored() {
        try (EngineHandoff run = new EngineHandoff(NOTHING, "stored", null)) {
            run.connectorStarts();
            run.connectorStarts();
            run.applied("moved");

            assertThat(run.engineOffset()).isEqualTo("moved");
            assertThat(run.isSnapshot()).isFalse();
        }
    }

    @Test
    void a_connector_that_makes_a_snapshot_may_start_once_or_it_would_read_beside_the_slot_of_the_first_try() {
        try (EngineHandoff run = EngineHandoff.forSnapshot(NOTHING)) {
            run.connectorStarts();

            assertThatThrownBy(run::connectorStarts)
                    .isInstanceOf(ConnectException.class)
                    .isNotInstanceOf(RetriableException.class);
            assertThat(run.engineOffset()).isNull();
        }
    }

    @Test
    void only_a_slot_that_the_connector_made_counts() {
        try (EngineHandoff run = EngineHandoff.forSnapshot(NOTHING)) {
            assertThat(run.slotMadeAt()).isEmpty();

            run.slotMade(100);

            assertThat(run.slotMadeAt()).hasValue(100);
        }
    }
}
