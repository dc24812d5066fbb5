package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.target.TargetSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several shards in one view, and which rows a TRUNCATE deletes. */
class ShardsAndTruncateIT {

    private OrderView view;

    @BeforeEach
    void create() {
        view = new OrderView();
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @Test
    void keeps_the_rows_of_shards_apart_and_truncates_those_of_one() {
        view.database.execute(
                "create table sharded (id bigint, customer text, note text, shard varchar(30), primary key (id, shard))");
        JdbcTarget target = view.target(UpsertProjection.from(OrderView.ORDERS)
                .into("sharded")
                .shardColumn("shard")
                .build());
        TargetUnderTest one = new TargetUnderTest(target, view.orders).shard("db0", 2);
        TargetUnderTest two = new TargetUnderTest(target, view.orders).shard("db1", 2);
        try (TargetSession first = one.open(1);
                TargetSession second = two.open(1)) {
            one.apply(first, view.orders.create("1", "a", "x", "n"), view.orders.create("2", "b", "x", "n"));
            two.apply(second, view.orders.create("1", "c", "x", "m"), view.orders.create("2", "d", "x", "m"));
            one.apply(first, view.orders.delete("2"), view.orders.update("1", "A", "x", TextRow.UNCHANGED));
            two.apply(second, view.orders.delete("1"), view.orders.createMoved("1", "3", "C", "x", TextRow.UNCHANGED));
            assertThat(view.database.queryStrings("select s::text from sharded s order by shard, id"))
                    .containsExactly("(1,A,n,db0)", "(2,d,m,db1)", "(3,C,m,db1)");

            two.apply(
                    second,
                    view.orders.create("8", "before", "x", "m"),
                    view.orders.truncate(),
                    view.orders.create("9", "i", "x", "m"));
            assertThat(view.database.queryStrings("select s::text from sharded s order by shard, id"))
                    .containsExactly("(1,A,n,db0)", "(9,i,m,db1)");
        }
    }

    @Test
    void truncates_all_rows_of_the_only_shard() {
        view.database.execute(
                "insert into order_view select i, 'x', repeat('x', 1000) from generate_series(100, 1000) i");
        view.apply(
                view.orders.create("1", "a", "x", "n"),
                view.orders.truncate(),
                view.orders.create("2", "b", "x", "n"),
                view.orders.update("2", "c", "x", TextRow.UNCHANGED));

        assertThat(view.rows()).containsExactly("2|c|n");
    }

    @Test
    void truncates_a_partitioned_view() {
        view.database.execute(
                "create table parted (id bigint primary key, customer text, note text) partition by range (id)",
                "create table parted_1 partition of parted for values from (0) to (100)",
                "create table parted_2 partition of parted for values from (100) to (10000)",
                "insert into parted select i, 'x', repeat('x', 1000) from generate_series(1, 1000) i");
        TargetUnderTest test = new TargetUnderTest(
                view.target(
                        UpsertProjection.from(OrderView.ORDERS).into("parted").build()),
                view.orders);
        try (TargetSession session = test.open(1)) {
            test.apply(session, view.orders.truncate(), view.orders.create("7", "a", "x", "n"));
        }
        assertThat(view.database.queryStrings("select id from parted")).containsExactly("7");
    }

    @Test
    void refuses_a_truncate_that_would_delete_rows_of_other_shards() {
        view.apply(view.orders.create("1", "a", "x", "n"));
        TargetUnderTest test = new TargetUnderTest(view.target(), view.orders).shard("db0", 2);
        try (TargetSession session = test.open(1)) {
            assertThatThrownBy(
                            () -> test.apply(session, view.orders.create("2", "a", "x", "n"), view.orders.truncate()))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("TRUNCATE of public.orders")
                    .hasMessageContaining("shardColumn(...)");
        }
        assertThat(view.rows()).containsExactly("1|a|n");
    }
}
