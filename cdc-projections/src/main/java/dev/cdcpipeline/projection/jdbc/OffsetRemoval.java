package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.jdbc.JdbcLetterRows;
import dev.cdcpipeline.offset.jdbc.JdbcOffsetRow;
import dev.cdcpipeline.offset.jdbc.JdbcSchema;
import dev.cdcpipeline.offset.jdbc.SqlFailures;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets how far a {@link JdbcTarget} has come for a shard, with its dead letters and what its loads and mirrors have noted: nobody
 * could replay the letters, and what follows is a load. Views are not looked at.
 */
final class OffsetRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetRemoval.class);
    private static final List<String> NOTES = List.of("cdc_missing_row", "cdc_loaded_row", "cdc_mirror");

    private OffsetRemoval() {}

    static void run(JdbcTarget target, String pipeline, ShardId shard, Epoch epoch) {
        String who = "[" + shard + "] target '" + target.name() + "'";
        JdbcSchema.TARGET.prepare(target.dataSource(), target.schemaMode(), who);
        JdbcOffsetRow row = new JdbcOffsetRow(pipeline, shard, target.name());
        String notes = NoteScope.of(pipeline, shard, target.name()).matchesWithoutIndex("v");
        SessionTransactions transactions = new SessionTransactions(who, target.dataSource());
        try {
            transactions.run(transaction -> row.claim(transaction.connection(), epoch));
            row.committed();
            transactions.run(transaction -> {
                Connection connection = transaction.connection();
                row.forget(connection);
                for (String table : NOTES) {
                    new BlockDelete(who, table, notes, BlockDelete.PLAIN).execute(connection);
                }
                long letters = new JdbcLetterRows(pipeline, shard, target.name()).removeAll(connection);
                if (letters > 0) {
                    LOG.warn("{}: removed {} dead letters with its offset", who, letters);
                }
            });
        } catch (SQLException e) {
            throw SqlFailures.describe(who, "cannot forget its offset", e);
        }
    }
}
