package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.offset.jdbc.HomeDatabase.who;

import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.shard.ShardId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What is to be done with dead letters, in {@code cdc_letter_order}: a row has ended when it has {@code ended_at}. */
final class JdbcLetterOrders {
    private static final String REQUEST = """
            insert into cdc_letter_order (pipeline, id, shard, target, filter, action, reason, state, done, failed, note,
                requested_at)
            values (?, ?, ?, ?, ?::jsonb, ?, ?, 'REQUESTED', 0, 0, '', now())
            on conflict do nothing""";
    private static final String NOTE = """
            update cdc_letter_order
            set state = ?, done = ?, failed = ?, note = ?, ended_at = case when ? then clock_timestamp() end
            where pipeline = ? and id = ? and shard = ? and target = ? and ended_at is null""";

    private static final String OPEN = """
            select * from cdc_letter_order where pipeline = ? and shard = ? and ended_at is null
            order by requested_at, id, target""";
    private static final String ALL =
            "select * from cdc_letter_order where pipeline = ? order by requested_at desc, id desc, shard, target";

    private final HomeDatabase home;

    JdbcLetterOrders(HomeDatabase home) {
        this.home = home;
    }

    void request(String pipeline, Collection<LetterOrder> orders) {
        if (orders.isEmpty()) {
            throw new IllegalArgumentException("an order about dead letters needs a shard and a target");
        }
        home.transaction(who(pipeline), "cannot store the order about dead letters", connection -> {
            for (LetterOrder order : orders) {
                int stored = HomeDatabase.update(
                        connection,
                        REQUEST,
                        pipeline,
                        order.id(),
                        order.shard(),
                        order.target(),
                        order.filter().text(),
                        order.action().name(),
                        order.reason());
                if (stored == 0) {
                    throw new IllegalArgumentException(
                            who(pipeline) + " has an order '" + order.id() + "' about dead letters of target '"
                                    + order.target() + "' in shard '" + order.shard() + "' already; choose another id");
                }
            }
            return orders.size();
        });
    }

    void note(String pipeline, LetterOrder order) {
        home.transaction(
                who(pipeline, new ShardId(order.shard())),
                "cannot note how far order '" + order.id() + "' about dead letters has come",
                connection -> HomeDatabase.update(
                        connection,
                        NOTE,
                        order.state().name(),
                        order.done(),
                        order.failed(),
                        order.note(),
                        order.state().hasEnded(),
                        pipeline,
                        order.id(),
                        order.shard(),
                        order.target()));
    }

    List<LetterOrder> open(String pipeline, ShardId shard) {
        return home.rows(
                who(pipeline, shard),
                "cannot read the orders about dead letters",
                OPEN,
                JdbcLetterOrders::order,
                pipeline,
                shard.name());
    }

    List<LetterOrder> all(String pipeline) {
        return home.rows(
                who(pipeline), "cannot read the orders about dead letters", ALL, JdbcLetterOrders::order, pipeline);
    }

    private static LetterOrder order(ResultSet row) throws SQLException {
        return new LetterOrder(
                row.getString("id"),
                row.getString("shard"),
                DeadLetterFilter.parse(row.getString("filter")),
                LetterOrder.Action.valueOf(row.getString("action")),
                row.getString("reason"),
                LetterOrder.State.valueOf(row.getString("state")),
                row.getLong("done"),
                row.getLong("failed"),
                row.getString("note"),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getObject("ended_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant));
    }
}
