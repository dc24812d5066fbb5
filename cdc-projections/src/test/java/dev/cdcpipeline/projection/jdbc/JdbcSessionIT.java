package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.TargetSession;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows and offset: both or neither, and only by the newest owner. */
class JdbcSessionIT {

    private OrderView view;
    private TargetUnderTest test;

    @BeforeEach
    void create() {
        view = new OrderView();
        test = view.test();
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @Test
    void has_no_offset_at_first_and_then_the_one_that_was_applied_last() {
        try (TargetSession session = test.open(1)) {
            assertThat(session.offset()).isEmpty();

            Offset first = test.apply(session);
            assertThat(session.offset()).contains(first);
            Offset second = test.apply(session, view.orders.create("1", "a", "x", "n"));
            assertThat(session.offset()).contains(second);
        }
        try (TargetSession again = test.open(1)) {
            assertThat(again.offset().orElseThrow().boundary()).isEqualTo("boundary-2");
        }
    }

    @Test
    void keeps_the_offsets_of_shards_and_targets_apart() {
        JdbcTarget other = JdbcTarget.named("other", view.database.dataSource());
        TargetUnderTest secondShard = new TargetUnderTest(view.target(), view.orders).shard("db1", 1);
        try (TargetSession session = test.open(1)) {
            test.apply(session);
        }
        try (TargetSession session = new TargetUnderTest(other).open(1);
                TargetSession sameTarget = secondShard.open(1)) {
            assertThat(session.offset()).isEmpty();
            assertThat(sameTarget.offset()).isEmpty();
        }
    }

    @Test
    void leaves_neither_rows_nor_offset_of_a_batch_that_failed() {
        JdbcTarget target = view.target()
                .project(HandlerProjection.named("last").on(OrderView.ORDERS, (change, handle) -> {
                    if (change.key() != null && "2".equals(change.key().text(0))) {
                        throw new IllegalArgumentException("two is no number");
                    }
                }));
        TargetUnderTest failing = new TargetUnderTest(target, view.orders);
        try (TargetSession session = failing.open(1)) {
            Offset before = failing.apply(session, view.orders.create("1", "a", "x", "n"));
            assertThatThrownBy(() -> failing.apply(
                            session, view.orders.create("3", "a", "x", "n"), view.orders.create("2", "b", "x", "n")))
                    .isInstanceOf(CdcException.class)
                    .isNotInstanceOf(TransientFailure.class)
                    .hasMessageContaining(
                            "[db0] target 'read-model' projection 'last' failed at CREATE of public.orders")
                    .hasMessageContaining("two is no number")
                    .hasRootCauseInstanceOf(IllegalArgumentException.class);
            assertThat(view.rows()).containsExactly("1|a|n");
            assertThat(session.offset()).contains(before);

            assertThatThrownBy(() -> failing.apply(session))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("recover() comes first");
            session.recover();
            assertThat(session.offset()).contains(before);
            failing.apply(session, view.orders.create("4", "d", "x", "n"));
        }
        assertThat(view.rows()).containsExactly("1|a|n", "4|d|n");
    }

    @Test
    void refuses_an_older_owner_once_a_newer_one_has_opened() {
        try (TargetSession older = test.open(1)) {
            test.apply(older, view.orders.create("1", "a", "x", "n"));
            try (TargetSession newer = test.open(2)) {
                assertThatThrownBy(() -> test.apply(older, view.orders.create("2", "b", "x", "n")))
                        .isInstanceOf(FencedException.class)
                        .hasMessageContaining("[db0] target 'read-model' is not ours any more: we hold epoch 1")
                        .hasMessageContaining("has epoch 2");
                assertThatThrownBy(older::recover).isInstanceOf(FencedException.class);
                assertThatThrownBy(() -> test.open(1)).isInstanceOf(FencedException.class);

                test.apply(newer, view.orders.create("3", "c", "x", "n"));
            }
        }
        assertThat(view.rows()).containsExactly("1|a|n", "3|c|n");
    }

    @Test
    void refuses_an_older_session_of_the_same_owner() {
        try (TargetSession older = test.open(1);
                TargetSession newer = test.open(1)) {
            assertThatThrownBy(() -> test.apply(older, view.orders.create("2", "b", "x", "n")))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("another session");
            test.apply(newer, view.orders.create("3", "c", "x", "n"));
            assertThatThrownBy(older::recover).isInstanceOf(FencedException.class);
        }
        assertThat(view.rows()).containsExactly("3|c|n");
    }

    @Test
    void says_so_when_its_offset_was_deleted() {
        try (TargetSession session = test.open(1)) {
            view.database.execute("delete from cdc_offset");

            assertThatThrownBy(() -> test.apply(session, view.orders.create("1", "a", "x", "n")))
                    .isInstanceOf(CdcException.class)
                    .isNotInstanceOf(FencedException.class)
                    .hasMessageContaining("was deleted while it ran");
        }
        assertThat(view.rows()).isEmpty();
    }

    @Test
    void refuses_two_projections_into_one_view_or_of_one_name() {
        assertThatThrownBy(() -> view.target()
                        .project(UpsertProjection.from(OrderView.ORDERS)
                                .into("public.order_view")
                                .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'public.order_view'");
        assertThatThrownBy(() -> view.target(HandlerProjection.named("a")).project(HandlerProjection.named("a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moves_the_offset_alone_with_an_empty_batch() {
        view.database.execute("drop table order_view");
        TargetUnderTest noProjection = new TargetUnderTest(JdbcTarget.named("idle", view.database.dataSource()));
        try (TargetSession session = noProjection.open(1)) {
            Offset next = noProjection.next();
            session.apply(new ChangeBatch(List.of()), next);
            assertThat(session.offset()).contains(next);
        }
        assertThat(view.database.queryString("select boundary from cdc_offset where target = 'idle'"))
                .isEqualTo("boundary-1");
    }

    @Test
    void forgets_its_offset_and_what_loads_have_noted_but_not_its_rows() {
        LoadState reading = OrderView.loaded("public.order_view").reloading();
        TargetUnderTest neighbour = new TargetUnderTest(view.target(), view.orders).shard("db1", 1);
        for (TargetUnderTest each : List.of(test, neighbour)) {
            try (TargetSession session = each.open(1)) {
                each.apply(
                        session,
                        List.of(
                                view.orders.read("1", "a", "x", "n"),
                                view.orders.update("2", "b", "x", TextRow.UNCHANGED)),
                        reading);
            }
        }
        test.forget(2);

        for (String table : List.of("cdc_missing_row", "cdc_loaded_row")) {
            assertThat(view.database.queryStrings("select shard from " + table)).containsExactly("db1");
        }
        assertThat(view.rows()).containsExactly("1|a|n");
        try (TargetSession session = test.open(2)) {
            assertThat(session.offset()).isEmpty();
        }
        try (TargetSession session = neighbour.open(1)) {
            assertThat(session.offset()).isPresent();
        }
    }

    @Test
    void an_older_owner_cannot_forget() {
        try (TargetSession newer = test.open(2)) {
            Offset offset = test.apply(newer);
            assertThatThrownBy(() -> test.forget(1)).isInstanceOf(FencedException.class);
            newer.recover();
            assertThat(newer.offset()).contains(offset);
        }
    }

    @Test
    void a_session_cannot_write_after_its_offset_was_forgotten() {
        try (TargetSession session = test.open(1)) {
            test.apply(session);
            test.forget(1);
            assertThatThrownBy(() -> test.apply(session, view.orders.create("1", "a", "x", "n")))
                    .isInstanceOf(FencedException.class);
        }
        assertThat(view.rows()).isEmpty();
    }

    @Test
    void an_offset_is_forgotten_also_when_the_view_is_gone() {
        try (TargetSession session = test.open(1)) {
            test.apply(session);
        }
        view.database.execute("drop table order_view");

        test.forget(2);

        assertThat(view.database.queryLong("select count(*) from cdc_offset where boundary is not null"))
                .isZero();
    }

    @Test
    void tells_how_its_pool_is_used() {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(view.database.dataSource());
            pool.setMaximumPoolSize(3);
            JdbcTarget target = JdbcTarget.named("pooled", pool);
            assertThat(target.pool()).as("before it is used").isEmpty();
            try (TargetSession session = new TargetUnderTest(target).open(1)) {
                assertThat(session.offset()).isEmpty();
            }

            assertThat(target.pool().orElseThrow().max()).isEqualTo(3);
            assertThat(target.pool().orElseThrow().active()).isZero();
        }
    }
}
