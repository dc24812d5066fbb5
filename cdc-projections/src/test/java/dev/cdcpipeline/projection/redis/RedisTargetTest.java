package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.SourceTable;
import org.junit.jupiter.api.Test;

class RedisTargetTest {
    private static final SourceTable<?> OPEN = SourceTable.rows("public.open_orders");
    private static final SourceTable<?> CLOSED = SourceTable.rows("public.closed_orders");
    private static final RedisTarget TARGET = RedisTarget.named("cache", "redis://localhost");

    private static void refuses(RedisProjection one, RedisProjection other, String keys) {
        RedisTarget target = TARGET.project(one);
        assertThatThrownBy(() -> target.project(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + one.name() + "' and '" + other.name() + "' have the same keys, '" + keys)
                .hasMessageContaining("prefix");
    }

    @Test
    void two_projections_that_would_undo_what_the_other_writes_are_refused() {
        refuses(
                CacheProjection.from(OPEN).key("order:{id}").named("open").build(),
                CacheProjection.from(CLOSED).key("order:{id}").named("closed").build(),
                "order:{id}");
        refuses(
                CacheProjection.from(OPEN).key("a:{id}").prefix("v2:").build(),
                HashProjection.from(OPEN).key("v2:a:{id}").named("hash").build(),
                "v2:a:{id}");
        refuses(
                CounterProjection.count(OPEN).by("orders").named("open").build(),
                CounterProjection.count(CLOSED).by("orders").named("closed").build(),
                "orders");
    }

    @Test
    void a_projection_that_was_only_renamed_is_not_dropped_with_the_keys_of_the_new_one() {
        RedisProjection former =
                CacheProjection.from(OPEN).key("order:{id}").named("former").build();
        RedisProjection now = CacheProjection.from(OPEN).key("order:{id}").build();

        assertThatThrownBy(() -> TARGET.project(now).drop(former))
                .hasMessageContaining("have the same keys, 'order:{id}'");
        assertThatThrownBy(() -> TARGET.drop(former).project(now))
                .hasMessageContaining("have the same keys, 'order:{id}'");
    }

    @Test
    void two_projections_may_put_members_of_their_own_into_one_set_and_keys_of_a_function_are_the_users() {
        RedisTarget target = TARGET.project(SetProjection.from(OPEN)
                        .key("orders")
                        .member("open:{id}")
                        .build())
                .project(SetProjection.from(CLOSED)
                        .key("orders")
                        .member("closed:{id}")
                        .build())
                .project(CacheProjection.from(OPEN)
                        .key(row -> "open:" + row.text(0))
                        .named("open")
                        .build())
                .project(CacheProjection.from(CLOSED)
                        .key(row -> "closed:" + row.text(0))
                        .named("closed")
                        .build())
                .project(CacheProjection.from(OPEN).key("{table}:{id}").build())
                .project(CacheProjection.from(CLOSED)
                        .key("{table}:{id}")
                        .named("closed by table")
                        .build());

        assertThat(target.projections()).hasSize(6);
    }
}
