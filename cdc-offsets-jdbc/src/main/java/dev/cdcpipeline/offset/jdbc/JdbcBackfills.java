package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.offset.jdbc.HomeDatabase.who;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Backfills, in {@code cdc_backfill}: a row has ended when it has {@code ended_at}. */
final class JdbcBackfills {
    /** Two requests with one id wait for each other, also when they have no shard in common. */
    private static final String LOCK_ID =
            "select pg_advisory_xact_lock(hashtextextended('cdc_backfill ' || ? || ' ' || ?, 0))";

    private static final String REQUEST = """
            insert into cdc_backfill (pipeline, id, shard, target, projection, tables, state, note, requested_at)
            select ?, ?, shard, ?, ?, ?, 'REQUESTED', '', clock_timestamp()
            from unnest(?) shard
            where not exists (select from cdc_backfill where pipeline = ? and id = ?)""";
    private static final String CANCEL = """
            update cdc_backfill
            set state = case state when 'REQUESTED' then 'CANCELLED' else 'CANCELLING' end,
                ended_at = case state when 'REQUESTED' then clock_timestamp() end
            where pipeline = ? and id = ? and ended_at is null""";
    /** The condition and the old state are those of the newest version of the row, also after a wait for a cancel. */
    private static final String NOTE = """
            update cdc_backfill as backfill
            set state = case
                    when backfill.state = 'CANCELLING' and noted.state in ('REQUESTED', 'RUNNING') then backfill.state
                    when backfill.state = 'RUNNING' and noted.state = 'REQUESTED' then backfill.state
                    else noted.state end,
                note = noted.note,
                started_at = coalesce(started_at, case when noted.state = 'RUNNING' then clock_timestamp() end),
                ended_at = case when noted.ended then clock_timestamp() end
            from (values (?, ?, ?)) noted (state, note, ended)
            where pipeline = ? and shard = ? and id = ? and ended_at is null""";

    private static final String ALL =
            "select * from cdc_backfill where pipeline = ? order by requested_at desc, id desc, shard";

    private final HomeDatabase home;

    JdbcBackfills(HomeDatabase home) {
        this.home = home;
    }

    void request(String pipeline, Collection<ShardId> shards, BackfillRequest request) {
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("backfill '" + request.id() + "' needs a shard");
        }
        int stored = home.transaction(who(pipeline), "cannot store backfill '" + request.id() + "'", connection -> {
            HomeDatabase.rows(connection, LOCK_ID, row -> true, pipeline, request.id());
            return HomeDatabase.update(
                    connection,
                    REQUEST,
                    pipeline,
                    request.id(),
                    request.target(),
                    request.projection(),
                    texts(connection, request.tables()),
                    texts(connection, new TreeSet<>(shards)),
                    pipeline,
                    request.id());
        });
        if (stored == 0) {
            throw new IllegalArgumentException(
                    who(pipeline) + " has a backfill '" + request.id() + "' already; choose another id");
        }
    }

    private static Array texts(Connection connection, Collection<?> values) throws SQLException {
        return connection.createArrayOf(
                "text", values.stream().map(Object::toString).toArray());
    }

    int cancel(String pipeline, String backfill) {
        return home.transaction(
                who(pipeline),
                "cannot cancel backfill '" + backfill + "'",
                connection -> HomeDatabase.update(connection, CANCEL, pipeline, backfill));
    }

    void note(String pipeline, ShardId shard, String backfill, BackfillState state, String note) {
        home.transaction(
                who(pipeline, shard),
                "cannot note that backfill '" + backfill + "' is " + state,
                connection -> HomeDatabase.update(
                        connection, NOTE, state.name(), note, state.hasEnded(), pipeline, shard.name(), backfill));
    }

    List<Backfill> all(String pipeline) {
        return home.rows(who(pipeline), "cannot read the backfills", ALL, JdbcBackfills::backfill, pipeline);
    }

    /** Reads a row with all columns of the table. */
    static Backfill backfill(ResultSet row) throws SQLException {
        TreeSet<TableName> tables = new TreeSet<>();
        for (String table : (String[]) row.getArray("tables").getArray()) {
            tables.add(TableName.parse(table));
        }
        return new Backfill(
                new BackfillRequest(row.getString("id"), row.getString("target"), row.getString("projection"), tables),
                row.getString("shard"),
                BackfillState.valueOf(row.getString("state")),
                row.getString("note"),
                time(row, "requested_at").orElseThrow(),
                time(row, "started_at"),
                time(row, "ended_at"));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
