package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.jdbc.SqlFailures;
import dev.cdcpipeline.target.ChangeBatch;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Picks the changes of one projection out of a batch. */
final class BatchRoute {
    private static final String ABORTED_TRANSACTION = "25P02";

    private final String who;
    private final Set<TableName> tables;
    private final ShardProjection projection;

    private BatchRoute(String who, Set<TableName> tables, ShardProjection projection) {
        this.who = who;
        this.tables = tables;
        this.projection = projection;
    }

    static BatchRoute open(JdbcProjection projection, Handle handle, ProjectionContext context) throws SQLException {
        Set<TableName> tables =
                projection.tables().stream().map(SourceTable::name).collect(Collectors.toUnmodifiableSet());
        String who = context.who() + " projection '" + projection.name() + "'";
        return new BatchRoute(who, tables, projection.prepare(handle, context));
    }

    void apply(ChangeBatch batch, Optional<Offset> before, Offset upTo, Handle handle) {
        List<Change<Row>> mine = changesOfMine(batch);
        if (mine.isEmpty()) {
            return;
        }
        Set<TableName> loading = tables.stream()
                .filter(table -> upTo.load().wants(table)
                        || before.filter(offset -> offset.load().wants(table)).isPresent())
                .collect(Collectors.toUnmodifiableSet());
        try {
            ProjectionBatch forProjection = new ProjectionBatch(mine, loading);
            if (projection instanceof ViewWriter) {
                projection.apply(forProjection, handle);
            } else {
                execute(handle, "set local plan_cache_mode to default"); // ours suits statements of arrays only
                projection.apply(forProjection, handle);
                requireIntact(handle);
            }
        } catch (SQLException e) {
            throw SqlFailures.describe(who, "cannot apply " + mine.size() + " changes", e);
        }
    }

    /**
     * Code of others may swallow the failure of a statement. The server then answers the commit with a rollback, and the
     * driver passes that over in silence: the batch would be taken for durable.
     */
    private void requireIntact(Handle handle) throws SQLException {
        try {
            execute(handle, "set local " + SessionTransactions.CUSTOM_PLANS);
        } catch (SQLException e) {
            if (ABORTED_TRANSACTION.equals(e.getSQLState())) {
                throw new CdcException(
                        who + " swallowed the failure of a statement, which has broken its transaction;"
                                + " let the exception through, or roll back to a savepoint",
                        e);
            }
            throw e;
        }
    }

    private static void execute(Handle handle, String sql) throws SQLException {
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.execute(sql);
        }
    }

    boolean lacksRows(TableName table, Handle handle) throws SQLException {
        return tables.contains(table) && projection.lacksRows(table, handle);
    }

    private List<Change<Row>> changesOfMine(ChangeBatch batch) {
        List<Change<Row>> mine = new ArrayList<>(batch.changes().size());
        TableName last = null;
        boolean wanted = false;
        for (Change<Row> change : batch.changes()) {
            if (change.table() != last) {
                last = change.table();
                wanted = tables.contains(last);
            }
            if (wanted) {
                mine.add(change);
            }
        }
        return mine;
    }
}
