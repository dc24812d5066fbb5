package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The row of one target and shard in {@code cdc_offset}: how far the target has come, kept in the target's own database so
 * that it commits with the rows. For targets in JDBC databases.
 *
 * <p>It works on a connection and a transaction that the caller owns, and never commits:
 *
 * <pre>{@code
 * row.claim(connection, epoch);       commit, then row.committed()      once, when the session is opened
 * row.advance(connection, offset);    first statement of each transaction: fence, lock and offset in one
 * ... rows ...                        commit, then row.committed()
 * row.reload(connection);             after a failure: what is durable?
 * }</pre>
 *
 * <p>The sequence number grows with each commit, so that a transaction is refused which comes late from an older session, also
 * from one with the same epoch. What {@link #offset()} shows moves in {@link #committed()} only. Used by one thread at a time.
 */
public final class JdbcOffsetRow {
    private static final String CLAIM = """
            insert into cdc_offset as mine (pipeline, shard, target, epoch, sequence, updated_at)
            values (?, ?, ?, ?, 0, now())
            on conflict (pipeline, shard, target) do update
            set epoch = excluded.epoch, sequence = mine.sequence + 1, updated_at = excluded.updated_at
            where mine.epoch <= excluded.epoch
            returning epoch, sequence, boundary, position, load_state""";
    private static final String ADVANCE = """
            update cdc_offset
            set sequence = sequence + 1, boundary = ?, position = ?, load_state = ?, updated_at = now()
            where pipeline = ? and shard = ? and target = ? and epoch = ? and sequence = ?""";
    private static final String SET_LOAD =
            "update cdc_offset set load_state = ? where pipeline = ? and shard = ? and target = ?";
    /** The row stays, with its epoch: it is the fence. */
    private static final String FORGET = """
            update cdc_offset
            set sequence = sequence + 1, boundary = null, position = null, load_state = null, updated_at = now()
            where pipeline = ? and shard = ? and target = ? and epoch = ? and sequence = ?""";

    private static final String READ = """
            select epoch, sequence, boundary, position, load_state from cdc_offset
            where pipeline = ? and shard = ? and target = ?""";

    private record State(
            long epoch, long sequence, @Nullable Offset offset) {}

    private final String pipeline;
    private final String shard;
    private final String target;
    private @Nullable State durable;
    private @Nullable State pending;

    /** The row of a target; does no I/O. */
    public JdbcOffsetRow(String pipeline, ShardId shard, String target) {
        this.pipeline = pipeline;
        this.shard = shard.name();
        this.target = target;
    }

    /** The durable offset, as last committed or reloaded; empty if the target was never told where to begin. */
    public Optional<Offset> offset() {
        return durable == null ? Optional.empty() : Optional.ofNullable(durable.offset);
    }

    /**
     * Takes the row over, and makes it if there is none. Waits for a transaction of an older owner that still runs.
     *
     * @throws FencedException if a newer epoch was here already
     */
    public void claim(Connection connection, Epoch epoch) throws SQLException {
        pending = null;
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            bindKey(statement, 1);
            statement.setLong(4, epoch.value());
            try (ResultSet result = statement.executeQuery()) {
                if (result.next()) {
                    pending = state(result);
                    return;
                }
            }
        }
        throw refused(connection, epoch.value());
    }

    /**
     * Moves the offset, and thereby makes sure that nobody else has: the first statement of each transaction.
     *
     * @throws FencedException if the row belongs to another session by now; the transaction must be rolled back
     */
    public void advance(Connection connection, Offset upTo) throws SQLException {
        State now = claimed();
        pending = null;
        try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
            statement.setString(1, upTo.boundary());
            statement.setString(2, upTo.position().toString());
            statement.setString(3, upTo.load().toText());
            bindKey(statement, 4);
            statement.setLong(7, now.epoch);
            statement.setLong(8, now.sequence);
            if (statement.executeUpdate() != 1) {
                throw refused(connection, now.epoch);
            }
        }
        pending = new State(now.epoch, now.sequence + 1, upTo);
    }

    /** Changes the load state of the offset that this transaction has just advanced to. */
    public void setLoad(Connection connection, LoadState load) throws SQLException {
        State advanced = pending;
        if (advanced == null || advanced.offset == null) {
            throw new IllegalStateException("advance() comes first");
        }
        try (PreparedStatement statement = connection.prepareStatement(SET_LOAD)) {
            statement.setString(1, load.toText());
            bindKey(statement, 2);
            statement.executeUpdate();
        }
        pending = new State(advanced.epoch, advanced.sequence, advanced.offset.withLoad(load));
    }

    /**
     * Forgets the offset, in place of {@link #advance}: the target was never told where to begin. The claim stays.
     *
     * @throws FencedException if the row belongs to another session by now; the transaction must be rolled back
     */
    public void forget(Connection connection) throws SQLException {
        State now = claimed();
        pending = null;
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            bindKey(statement, 1);
            statement.setLong(4, now.epoch);
            statement.setLong(5, now.sequence);
            if (statement.executeUpdate() != 1) {
                throw refused(connection, now.epoch);
            }
        }
        pending = new State(now.epoch, now.sequence + 1, null);
    }

    /** To be called after the commit succeeded: what the transaction wrote is durable. */
    public void committed() {
        if (pending != null) {
            durable = pending;
            pending = null;
        }
    }

    /**
     * Finds out what is durable after a commit of unknown outcome, waiting for it if it still runs.
     *
     * @throws FencedException if the row belongs to another session by now
     */
    public void reload(Connection connection) throws SQLException {
        State before = claimed();
        pending = null;
        State found = read(connection, " for update");
        boolean mine = found != null && found.epoch == before.epoch;
        if (!mine || found.sequence < before.sequence || found.sequence > before.sequence + 1) {
            throw refused(connection, before.epoch);
        }
        durable = found;
    }

    private State claimed() {
        if (durable == null) {
            throw new IllegalStateException("claim() and its commit come first");
        }
        return durable;
    }

    private RuntimeException refused(Connection connection, long epoch) throws SQLException {
        State found = read(connection, "");
        String row =
                "its row in cdc_offset (pipeline '" + pipeline + "', shard '" + shard + "', target '" + target + "')";
        String who = "[" + shard + "] target '" + target + "' ";
        if (found == null) {
            return new CdcException(
                    who + "cannot go on: " + row
                            + " was deleted while it ran; restore it from a backup, or load the target again from empty tables");
        }
        if (found.epoch > epoch) {
            return new FencedException(who + "is not ours any more: we hold epoch " + epoch + ", " + row + " has epoch "
                    + found.epoch + "; nothing was written, another owner runs the shard");
        }
        return new FencedException(who + "has another session: " + row + " has epoch " + found.epoch + " and sequence "
                + found.sequence + ", which this session (epoch " + epoch + ") did not write; nothing was written");
    }

    private @Nullable State read(Connection connection, String lock) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ + lock)) {
            bindKey(statement, 1);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? state(result) : null;
            }
        }
    }

    private static State state(ResultSet result) throws SQLException {
        String boundary = result.getString("boundary");
        Offset offset = boundary == null
                ? null
                : new Offset(
                        boundary,
                        Position.parse(result.getString("position")),
                        LoadState.parse(result.getString("load_state")));
        return new State(result.getLong("epoch"), result.getLong("sequence"), offset);
    }

    private void bindKey(PreparedStatement statement, int first) throws SQLException {
        statement.setString(first, pipeline);
        statement.setString(first + 1, shard);
        statement.setString(first + 2, target);
    }
}
