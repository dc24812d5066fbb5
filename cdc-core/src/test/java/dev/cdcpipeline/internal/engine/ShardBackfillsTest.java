package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.control.ShardOrders;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.internal.dispatch.FailureSettings;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.offset.UntouchedStore;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.shard.ShardId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ShardBackfillsTest {
    private static final TableName A = TableName.parse("public.a");
    private static final PostgresShard SHARD = PostgresShard.named("db0")
            .host("localhost")
            .database("d")
            .user("u")
            .password("p")
            .build();

    private final MemoryTarget target = new MemoryTarget("t", A);
    private final Control control = new Control();
    private final ShardBackfills backfills = new ShardBackfills(
            SHARD.id(),
            new PipelineSettings(
                    "shop",
                    new InstanceName("test"),
                    Set.of(new ShardId("db0")),
                    List.of(target),
                    control,
                    PipelineListener.NONE,
                    2048,
                    50_000,
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(5),
                    FailureSettings.standard(),
                    Duration.ofSeconds(30)),
            new ShardMonitor(SHARD, PipelineListener.NONE));

    @Test
    void a_backfill_that_is_begun_reads_its_tables() {
        assertThat(apply().pending()).containsExactly(A);
        assertThat(control.state).isEqualTo(BackfillState.RUNNING);
    }

    @Test
    void a_backfill_that_is_cancelled_just_when_it_begins_is_left_and_not_only_forgotten() {
        control.cancelledAfterOrders = true;

        LoadState load = apply();

        assertThat(control.state).isEqualTo(BackfillState.CANCELLED);
        assertThat(load.backfills()).isEmpty();
        assertThat(load.pending()).isEmpty();
        assertThat(load.requests()).isEmpty();
    }

    @Test
    void one_that_is_done_is_forgotten() {
        apply();
        target.stands(offset(target.stored().orElseThrow().load().advance(null, 9, Map.of(A, TableLoad.SUCCEEDED))));

        LoadState load = apply(new Session(target, target.open()));

        assertThat(control.state).isEqualTo(BackfillState.DONE);
        assertThat(load.backfills()).isEmpty();
        assertThat(load.tables()).containsEntry(A, TableLoad.SUCCEEDED);
    }

    private LoadState apply() {
        LoadState loaded = LoadState.none()
                .wanting(Map.of(A, target.fills(A)), TableLoad.PENDING)
                .advance(null, 1, Map.of(A, TableLoad.SUCCEEDED));
        target.stands(offset(loaded));
        return apply(new Session(target, target.open()));
    }

    private LoadState apply(Session session) {
        backfills.apply(List.of(session), table -> Optional.empty());
        return session.offset().load();
    }

    private static Offset offset(LoadState load) {
        return new Offset("100:7", Position.boundary(100), load);
    }

    /** One backfill, and somebody who may cancel it at the worst moment. */
    private static final class Control extends StoreOfOrders {
        private BackfillState state = BackfillState.REQUESTED;
        private boolean cancelledAfterOrders;

        @Override
        public ShardOrders orders(String pipeline, ShardId shard) {
            List<Backfill> open = state.hasEnded() ? List.of() : backfills(pipeline);
            if (cancelledAfterOrders) {
                state = BackfillState.CANCELLED;
            }
            return new ShardOrders(false, "", 0, open, false);
        }

        @Override
        public void note(String pipeline, ShardId shard, String backfill, BackfillState to, String note) {
            state = state.hasEnded() ? state : to;
        }

        @Override
        public List<Backfill> backfills(String pipeline) {
            return List.of(new Backfill(
                    new BackfillRequest("b1", "t", "t", new TreeSet<>(List.of(A))),
                    "db0",
                    state,
                    "",
                    Instant.EPOCH,
                    Optional.empty(),
                    Optional.empty()));
        }
    }

    /** What these tests do not ask for. */
    private abstract static class StoreOfOrders extends UntouchedStore implements ControlStore {
        @Override
        public ControlStore control() {
            return this;
        }

        @Override
        public void pause(String pipeline, ShardId shard, String by) {}

        @Override
        public void resume(String pipeline, ShardId shard) {}

        @Override
        public void restart(String pipeline, ShardId shard) {}

        @Override
        public void request(String pipeline, Collection<ShardId> shards, BackfillRequest request) {}

        @Override
        public int cancel(String pipeline, String backfill) {
            return 0;
        }

        @Override
        public void requestLetters(String pipeline, Collection<LetterOrder> orders) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void noteLetters(String pipeline, LetterOrder order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<LetterOrder> openLetterOrders(String pipeline, ShardId shard) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<LetterOrder> letterOrders(String pipeline) {
            throw new UnsupportedOperationException();
        }
    }
}
