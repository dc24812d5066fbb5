package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.offset.LoadState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of first loads, backfills, gaps, crashes, failed batches and cancellations, over a table that goes on
 * changing: in the end the view equals the source.
 */
class RandomLoadsIT extends RandomHistory {

    private boolean refuse;

    @BeforeEach
    void create() {
        view = new OrderView();
        open(new TargetUnderTest(
                view.target().project(HandlerProjection.named("refusing").on(OrderView.ORDERS, (change, handle) -> {
                    if (refuse) {
                        throw new IllegalStateException("refused");
                    }
                })),
                view.orders));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void the_view_equals_the_source_in_the_end(long seed) {
        begin(seed);
        for (int round = 0; round < 8; round++) {
            for (int step = 0; step < 60; step++) {
                step();
            }
            finish();
            assertThat(view.rows()).as("seed %d, round %d", seed, round).isEqualTo(source.rows());
            assertThat(view.database.queryLong("select count(*) from cdc_loaded_row"))
                    .isZero();
            assertThat(view.database.queryLong("select count(*) from cdc_missing_row"))
                    .isZero();
        }
    }

    private void step() {
        int what = random.nextInt(100);
        if (what < 35) {
            source.change();
        } else if (what < 60) {
            stream(random.nextInt(4));
        } else if (what < 85) {
            readOrHandOver();
        } else if (what < 89) {
            restart();
        } else if (what < 91) {
            fail();
        } else if (what < 93) {
            gap();
        } else if (what < 96) {
            backfill();
        } else {
            cancel();
        }
    }

    @Override
    void apply(List<Change<Row>> changes, LoadState next) {
        if (!changes.isEmpty() && random.nextInt(10) == 0) {
            refuse = true;
            List<Change<Row>> withMore = new ArrayList<>(changes);
            withMore.add(view.orders.create("99", "never", "x", "there"));
            assertThatThrownBy(() -> test.apply(session, withMore, next)).hasMessageContaining("refused");
            refuse = false;
            session.recover();
        }
        test.apply(session, changes, next);
    }
}
