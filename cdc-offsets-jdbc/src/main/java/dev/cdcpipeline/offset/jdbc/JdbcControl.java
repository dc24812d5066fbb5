package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.offset.jdbc.HomeDatabase.who;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.control.ShardOrders;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.shard.ShardId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Orders in {@code cdc_shard_control}, {@code cdc_backfill} and {@code cdc_letter_order}. */
final class JdbcControl implements ControlStore {
    /** One row for each open backfill, or one without; each with the shard's orders, or without. */
    private static final String ORDERS = """
            select coalesce(c.paused, false) as paused, coalesce(c.paused_by, '') as paused_by,
                coalesce(c.restarts, 0) as restarts,
                exists (select from cdc_letter_order l
                    where l.pipeline = asked.pipeline and l.shard = asked.shard and l.ended_at is null) as letters,
                b.*
            from (values (?, ?)) asked (pipeline, shard)
            left join cdc_shard_control c on c.pipeline = asked.pipeline and c.shard = asked.shard
            left join cdc_backfill b on b.pipeline = asked.pipeline and b.shard = asked.shard and b.ended_at is null
            order by b.requested_at, b.id""";

    private static final String PAUSE = """
            insert into cdc_shard_control (pipeline, shard, paused, paused_by, restarts, changed_at)
            values (?, ?, ?, ?, 0, clock_timestamp())
            on conflict (pipeline, shard) do update
            set paused = excluded.paused, paused_by = excluded.paused_by, changed_at = clock_timestamp()""";
    private static final String RESTART = """
            insert into cdc_shard_control as before (pipeline, shard, paused, paused_by, restarts, changed_at)
            values (?, ?, false, '', 1, clock_timestamp())
            on conflict (pipeline, shard) do update
            set restarts = before.restarts + 1, changed_at = clock_timestamp()""";

    /** A row of {@link #ORDERS}. */
    private record Line(boolean paused, String by, long restarts, boolean letters, Optional<Backfill> backfill) {}

    private final HomeDatabase home;
    private final JdbcBackfills backfills;
    private final JdbcLetterOrders letters;

    JdbcControl(HomeDatabase home) {
        this.home = home;
        this.backfills = new JdbcBackfills(home);
        this.letters = new JdbcLetterOrders(home);
    }

    @Override
    public ShardOrders orders(String pipeline, ShardId shard) {
        List<Line> lines = home.rows(
                who(pipeline, shard),
                "cannot read what is asked of the shard",
                ORDERS,
                JdbcControl::line,
                pipeline,
                shard.name());
        List<Backfill> open = new ArrayList<>();
        lines.forEach(line -> line.backfill.ifPresent(open::add));
        Line first = lines.get(0);
        return new ShardOrders(first.paused, first.by, first.restarts, open, first.letters);
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                row.getBoolean("paused"),
                row.getString("paused_by"),
                row.getLong("restarts"),
                row.getBoolean("letters"),
                row.getString("id") == null ? Optional.empty() : Optional.of(JdbcBackfills.backfill(row)));
    }

    @Override
    public void pause(String pipeline, ShardId shard, String by) {
        order(pipeline, shard, "cannot store the pause", PAUSE, pipeline, shard.name(), true, by);
    }

    @Override
    public void resume(String pipeline, ShardId shard) {
        order(pipeline, shard, "cannot store the end of the pause", PAUSE, pipeline, shard.name(), false, "");
    }

    @Override
    public void restart(String pipeline, ShardId shard) {
        order(pipeline, shard, "cannot store the request for a restart", RESTART, pipeline, shard.name());
    }

    private void order(String pipeline, ShardId shard, String what, String sql, Object... parameters) {
        home.transaction(who(pipeline, shard), what, connection -> HomeDatabase.update(connection, sql, parameters));
    }

    @Override
    public void request(String pipeline, Collection<ShardId> shards, BackfillRequest request) {
        backfills.request(pipeline, shards, request);
    }

    @Override
    public int cancel(String pipeline, String backfill) {
        return backfills.cancel(pipeline, backfill);
    }

    @Override
    public void note(String pipeline, ShardId shard, String backfill, BackfillState state, String note) {
        backfills.note(pipeline, shard, backfill, state, note);
    }

    @Override
    public List<Backfill> backfills(String pipeline) {
        return backfills.all(pipeline);
    }

    @Override
    public void requestLetters(String pipeline, Collection<LetterOrder> orders) {
        letters.request(pipeline, orders);
    }

    @Override
    public void noteLetters(String pipeline, LetterOrder order) {
        letters.note(pipeline, order);
    }

    @Override
    public List<LetterOrder> openLetterOrders(String pipeline, ShardId shard) {
        return letters.open(pipeline, shard);
    }

    @Override
    public List<LetterOrder> letterOrders(String pipeline) {
        return letters.all(pipeline);
    }
}
