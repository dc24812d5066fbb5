package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Deletes rows of a table some blocks at a time, so that no statement runs for long, however large the table is. */
final class BlockDelete {
    /** 128 MB of a table: about a second of deletes. */
    static final int PLAIN = 16_384;
    /** 16 MB, where each row is looked up elsewhere first. */
    static final int WITH_LOOKUP = 2_048;

    private final String who;
    private final String table;
    private final String delete;
    private final int blocksPerStatement;

    /**
     * @param table its name in SQL; {@code v} in the condition
     * @param condition which rows
     */
    BlockDelete(String who, String table, String condition, int blocksPerStatement) {
        this.who = who;
        this.table = table;
        this.delete = "delete from " + table + " v where v.ctid >= ?::tid and v.ctid < ?::tid and " + condition;
        this.blocksPerStatement = blocksPerStatement;
    }

    /** Returns how many rows it deleted. */
    long execute(Connection connection) throws SQLException {
        long blocks = blocks(connection);
        long deleted = 0;
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            for (long block = 0; block < blocks; block += blocksPerStatement) {
                Interruption.check(who);
                statement.setString(1, "(" + block + ",0)");
                statement.setString(2, "(" + (block + blocksPerStatement) + ",0)");
                deleted += statement.executeUpdate();
            }
        }
        return deleted;
    }

    /** The size of the table in blocks, that of its largest partition if it has any. */
    private long blocks(Connection connection) throws SQLException {
        String name = Sql.literal(table) + "::regclass";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select greatest(pg_relation_size(" + name
                        + "), (select max(pg_relation_size(relid)) from pg_partition_tree(" + name
                        + "))) / current_setting('block_size')::int")) {
            result.next();
            return result.getLong(1);
        }
    }
}
