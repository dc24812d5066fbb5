package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.LetterJson;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which parked letters of a table are older than a load that replaces its rows. The load brings every row that the source has, and
 * what is parked is parked again behind what waits: a row of which only older letters are there when the load ends does not exist
 * at the source any more. For targets in JDBC databases; works as {@link JdbcLetterRows}.
 */
public final class JdbcLoadLetters {
    private static final String OLDER = "older than the load that runs";
    private static final String SCOPE = " where pipeline = ? and shard = ? and target = ? and state = 'PARKED'"
            + " and projection = ? and source_table = ?";
    private static final String MARK = "update cdc_dead_letter set note = '" + OLDER + "'" + SCOPE;
    private static final String UNMARK = "update cdc_dead_letter set note = ''" + SCOPE + " and note <> ''";
    private static final String READ =
            "select id, operation, keys, row_key, column_types, note from cdc_dead_letter" + SCOPE + " order by id";

    private final String pipeline;
    private final String shard;
    private final String target;

    /** The letters of a target; does no I/O. */
    public JdbcLoadLetters(String pipeline, ShardId shard, String target) {
        this.pipeline = pipeline;
        this.shard = shard.name();
        this.target = target;
    }

    /** A load begins: what is parked now is older. */
    public void begin(Connection connection, String projection, TableName table) throws SQLException {
        update(connection, MARK, projection, table);
    }

    /** Whether a letter is older than the load that runs. */
    public static boolean isOlder(DeadLetter letter) {
        return OLDER.equals(letter.note());
    }

    /** The load has ended, or is left. */
    public void end(Connection connection, String projection, TableName table) throws SQLException {
        update(connection, UNMARK, projection, table);
    }

    private void update(Connection connection, String sql, String projection, TableName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, projection, table);
            statement.executeUpdate();
        }
    }

    /**
     * Letters of rows that neither load nor stream has brought since it began. Where the last letter of a row takes it away, it is
     * gone by the stream, and what is parked ends as the source does.
     */
    public List<ParkedLetter> ofGoneRows(Connection connection, String projection, TableName table)
            throws SQLException {
        Map<ParkedLetter, Set<String>> older = new LinkedHashMap<>();
        Map<String, Operation> last = new HashMap<>();
        Set<String> seen = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            bind(statement, projection, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Set<String> keys = strings(row.getArray("keys"));
                    if (!OLDER.equals(row.getString("note"))) {
                        seen.addAll(keys);
                        continue;
                    }
                    Operation operation = Operation.valueOf(row.getString("operation"));
                    Set<String> own = ownKeys(row, table, keys);
                    own.forEach(key -> last.put(key, operation));
                    older.put(new ParkedLetter(row.getLong("id"), projection, table, operation, keys, true), own);
                }
            }
        }
        return older.entrySet().stream()
                .filter(letter -> letter.getValue().stream()
                        .noneMatch(key -> seen.contains(key) || takesAway(Objects.requireNonNull(last.get(key)))))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Without those of the other half of an update of the key. */
    private static Set<String> ownKeys(ResultSet row, TableName table, Set<String> keys) throws SQLException {
        String key = row.getString("row_key");
        if (key == null || keys.size() == 1) {
            return keys;
        }
        return Set.of(LetterKeys.of(
                table,
                LetterJson.row(key, LetterJson.types(row.getString("column_types")))
                        .texts()));
    }

    private static boolean takesAway(Operation operation) {
        return operation == Operation.DELETE || operation == Operation.TRUNCATE;
    }

    private static Set<String> strings(Array array) throws SQLException {
        return Set.of((String[]) array.getArray());
    }

    private void bind(PreparedStatement statement, String projection, TableName table) throws SQLException {
        statement.setString(1, pipeline);
        statement.setString(2, shard);
        statement.setString(3, target);
        statement.setString(4, projection);
        statement.setString(5, table.toString());
    }
}
