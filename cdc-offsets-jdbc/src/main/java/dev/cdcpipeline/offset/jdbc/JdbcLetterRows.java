package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows of one target and shard in {@code cdc_dead_letter}: changes that were put aside, kept in the target's own database so
 * that they commit with its rows and offset. For targets in JDBC databases.
 *
 * <p>It works on a connection and a transaction that the caller owns, and never commits. The transaction must have locked the
 * shard's offset or lease before: no other session of the shard writes letters at the same time. Used by one thread at a time.
 */
public final class JdbcLetterRows {
    private final String pipeline;
    private final String shard;
    private final String target;

    /** The letters of a target; does no I/O. */
    public JdbcLetterRows(String pipeline, ShardId shard, String target) {
        this.pipeline = pipeline;
        this.shard = shard.name();
        this.target = target;
    }

    /** Stores letters, in their order. */
    public void insert(Connection connection, List<NewLetter> letters) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /**
     * The same where the target's offset is not moved in this transaction: a change that is stored already is left out. A row that
     * a load has read has no position of its own, and may be stored again.
     *
     * @return those that were not there
     */
    public List<NewLetter> insertNew(Connection connection, List<NewLetter> letters) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** How many parked letters there are, by projection. */
    public Map<String, Long> parked(Connection connection) throws SQLException {
        Map<String, Long> parked = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select projection, count(*) from cdc_dead_letter where pipeline = ? and shard = ? and target = ?"
                        + " and state = 'PARKED' group by projection")) {
            statement.setString(1, pipeline);
            statement.setString(2, shard);
            statement.setString(3, target);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    parked.put(row.getString(1), row.getLong(2));
                }
            }
        }
        return parked;
    }

    /** How many parked letters there are of each key, by projection. */
    public Map<String, Map<String, Integer>> parkedKeys(Connection connection) throws SQLException {
        return Map.of();
    }

    /** Discards the parked letters of a table that was truncated. */
    public List<ParkedLetter> discardOfTable(Connection connection, String projection, TableName table, String reason)
            throws SQLException {
        return discardOfTable(connection, projection, table, reason, Long.MAX_VALUE);
    }

    /** The same for those that came before another letter. */
    public List<ParkedLetter> discardOfTable(
            Connection connection, String projection, TableName table, String reason, long before) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads and locks parked letters in their order, one page at a time.
     *
     * @param after the last number of the page before; 0 for the first
     * @param most how many; fewer if their rows are large
     */
    public List<DeadLetter> lock(Connection connection, DeadLetterFilter filter, long after, int most)
            throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Removes letters that were applied. */
    public void remove(Connection connection, Collection<Long> ids) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Counts another attempt, and keeps its error. */
    public void failedAgain(Connection connection, Map<Long, LetterError> errors) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Marks letters as left out for good. */
    public void discard(Connection connection, Collection<Long> ids, String reason) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /**
     * Removes what is too old or too many: a parked letter only together with all that wait with it, the oldest first.
     *
     * @param most how many; more if that many wait for one row
     */
    public List<ParkedLetter> cut(Connection connection, DeadLetterRetention retention, int most) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /** Removes all, parked and discarded; how many there were. */
    public long removeAll(Connection connection) throws SQLException {
        throw new UnsupportedOperationException();
    }
}
