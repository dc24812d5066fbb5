package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.deadletter.RemainingLetters;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows of one target and shard in {@code cdc_dead_letter}: changes that were put aside, kept in the target's own database so
 * that they commit with its rows and offset. For targets in JDBC databases.
 *
 * <p>It works on a connection and a transaction that the caller owns, and never commits. The transaction must have locked the
 * shard's offset or lease before, so that no other session of the shard writes letters at the same time; whoever edits one locks
 * its row. Used by one thread at a time.
 */
public final class JdbcLetterRows {
    private static final int FETCH = 5_000;
    private static final int REMOVED_AT_ONCE = 10_000;

    private static final String REMOVE = "delete from cdc_dead_letter where id = any(?)";
    private static final String FAILED_AGAIN = """
            update cdc_dead_letter
            set attempts = attempts + 1, error_class = ?, error_message = ?, error_stack = ?, last_failed_at = now(),
                first_failed_at = case attempts when 0 then now() else first_failed_at end
            where id = ? and state = 'PARKED'""";
    private static final String DISCARD =
            "update cdc_dead_letter set state = 'DISCARDED', note = ? where id = any(?) and state = 'PARKED'";
    private static final String REMOVE_SOME = """
            delete from cdc_dead_letter where id in
            (select id from cdc_dead_letter where pipeline = ? and shard = ? and target = ? limit ?)""";

    private final String pipeline;
    private final String shard;
    private final String target;
    private final LetterInsert insert;
    private final LetterReader reader = new LetterReader();

    /** The letters of a target; does no I/O. */
    public JdbcLetterRows(String pipeline, ShardId shard, String target) {
        this.pipeline = pipeline;
        this.shard = shard.name();
        this.target = target;
        this.insert = new LetterInsert(pipeline, shard.name(), target);
    }

    /** Stores letters, in their order. */
    public void insert(Connection connection, List<NewLetter> letters) throws SQLException {
        insert.all(connection, letters);
    }

    /**
     * The same where the target's offset is not moved in this transaction: a change that is stored already is left out. A row that
     * a load has read has no position of its own, and may be stored again.
     *
     * @return those that were not there
     */
    public List<NewLetter> insertNew(Connection connection, List<NewLetter> letters) throws SQLException {
        return insert.missing(connection, letters);
    }

    /** How many parked letters there are, by projection. */
    public Map<String, Long> parked(Connection connection) throws SQLException {
        LetterCondition mine = mine().parked();
        Map<String, Long> parked = new TreeMap<>();
        HomeDatabase.rows(
                connection,
                "select projection, count(*) from cdc_dead_letter where " + mine.sql() + " group by projection",
                row -> parked.put(row.getString(1), row.getLong(2)),
                mine.parameters());
        return parked;
    }

    /** How many parked letters there are of each key, by projection. */
    public Map<String, Map<String, Integer>> parkedKeys(Connection connection) throws SQLException {
        LetterCondition mine = mine().parked();
        Map<String, Map<String, Integer>> keys = new HashMap<>();
        String sql = "select projection, key, count(*) from cdc_dead_letter, unnest(keys) key where " + mine.sql()
                + " group by projection, key";
        try (PreparedStatement statement = HomeDatabase.prepare(connection, sql, mine.parameters())) {
            statement.setFetchSize(FETCH);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    keys.computeIfAbsent(row.getString(1), projection -> new HashMap<>())
                            .put(row.getString(2), row.getInt(3));
                }
            }
        }
        return keys;
    }

    /** Discards the parked letters of a table that was truncated. */
    public List<ParkedLetter> discardOfTable(Connection connection, String projection, TableName table, String reason)
            throws SQLException {
        return discardOfTable(connection, projection, table, reason, Long.MAX_VALUE);
    }

    /** The same for those that came before another letter. */
    public List<ParkedLetter> discardOfTable(
            Connection connection, String projection, TableName table, String reason, long before) throws SQLException {
        LetterCondition older = mine().parked()
                .and("projection = ? and source_table = ? and id < ?", projection, table.toString(), before);
        List<ParkedLetter> discarded = HomeDatabase.rows(
                connection,
                "select id, projection, source_table, operation, keys, state from cdc_dead_letter where " + older.sql()
                        + " order by id for update",
                LetterReader::parked,
                older.parameters());
        discard(connection, discarded.stream().map(ParkedLetter::id).toList(), reason);
        return discarded;
    }

    /** What a filter by key means beyond its key; empty for any other filter. */
    public LinkedKeys linked(Connection connection, DeadLetterFilter filter) throws SQLException {
        return LinkedKeys.find(connection, mine().parked(), filter);
    }

    /**
     * Reads and locks parked letters in their order, one page at a time. Fails at once if somebody holds one locked: no stream waits
     * for an edit that nobody commits.
     *
     * @param linked what is meant beside the filter's key; {@link LinkedKeys#none} for letters of exactly this key
     * @param after the last number of the page before; 0 for the first
     * @param most how many; fewer if their rows are large
     */
    public List<DeadLetter> lock(
            Connection connection, DeadLetterFilter filter, LinkedKeys linked, long after, int most)
            throws SQLException {
        LetterCondition meant = linked.restrict(connection, mine().parked().fits(connection, filter), filter)
                .and("id > ?", after);
        LetterPage page = new LetterPage(meant, most);
        return HomeDatabase.rows(connection, page.sql() + " for update nowait", reader::read, page.parameters());
    }

    /**
     * Reads and locks the second halves of updates of keys whose first half is among some letters, and they are not: the two
     * are applied as one.
     */
    public List<DeadLetter> lockSecondHalves(Connection connection, List<DeadLetter> page) throws SQLException {
        return new SecondHalves(page).lock(connection, mine().parked(), reader);
    }

    /** Those parked letters before which some others must not be applied, the others left out. */
    public RemainingLetters remainingBefore(Connection connection, List<DeadLetter> letters) throws SQLException {
        return new EarlierLetters(letters).find(connection, () -> mine().parked());
    }

    /** Removes letters that were applied. */
    public void remove(Connection connection, Collection<Long> ids) throws SQLException {
        HomeDatabase.update(connection, REMOVE, connection.createArrayOf("bigint", ids.toArray()));
    }

    /** Counts another attempt of parked letters, and keeps its error. */
    public void failedAgain(Connection connection, Map<Long, LetterError> errors) throws SQLException {
        StorableText storable = StorableText.in(connection);
        try (PreparedStatement statement = connection.prepareStatement(FAILED_AGAIN)) {
            for (Map.Entry<Long, LetterError> error : errors.entrySet()) {
                statement.setString(1, storable.text(error.getValue().type()));
                statement.setString(2, storable.text(error.getValue().message()));
                statement.setString(3, storable.text(error.getValue().stack()));
                statement.setLong(4, error.getKey());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Marks parked letters as left out for good. */
    public void discard(Connection connection, Collection<Long> ids, String reason) throws SQLException {
        HomeDatabase.update(
                connection,
                DISCARD,
                StorableText.in(connection).text(reason),
                connection.createArrayOf("bigint", ids.toArray()));
    }

    /**
     * Removes what is too old or too many: a parked letter only together with all that wait with it, the oldest first.
     *
     * @param most how many; more if that many wait for one row
     * @return what was removed, in no order
     */
    public List<ParkedLetter> cut(Connection connection, DeadLetterRetention retention, int most) throws SQLException {
        return LetterCut.run(connection, mine(), retention, most);
    }

    /** Removes all, parked and discarded; how many there were. */
    public long removeAll(Connection connection) throws SQLException {
        long removed = 0;
        int last;
        do {
            last = HomeDatabase.update(connection, REMOVE_SOME, pipeline, shard, target, REMOVED_AT_ONCE);
            removed += last;
        } while (last == REMOVED_AT_ONCE);
        return removed;
    }

    private LetterCondition mine() {
        return LetterCondition.of(pipeline, shard, target);
    }
}
