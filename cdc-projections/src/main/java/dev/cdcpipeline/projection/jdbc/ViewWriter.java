package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** An {@link UpsertProjection} at work for one shard: decides for each change which way it goes. */
final class ViewWriter implements ShardProjection {
    private final String who;
    private final SourceColumns columns;
    private final MissingRows missing;
    private final ViewStatements statements;
    private final PendingRows pending;
    private final RowMoves moves;
    private final boolean ownsView;

    /** @param ownsView whether it can tell its shard's rows from others, so that it may delete them all */
    ViewWriter(String who, SourceColumns columns, ViewSql sql, MissingRows missing, boolean ownsView) {
        this.who = who;
        this.columns = columns;
        this.missing = missing;
        this.statements = new ViewStatements(who, sql);
        this.pending = new PendingRows(statements, missing);
        this.moves = new RowMoves(statements, missing);
        this.ownsView = ownsView;
    }

    @Override
    public void apply(ProjectionBatch batch, Handle handle) throws SQLException {
        pending.clear();
        moves.clear();
        Connection connection = handle.getConnection();
        List<Change<Row>> changes = batch.changes();
        missing.loading(batch.loading().contains(changes.get(0).table()));
        for (int i = 0; i < changes.size(); i++) {
            Change<Row> change = changes.get(i);
            switch (change.operation()) {
                case CREATE, UPDATE, READ -> put(connection, change);
                case DELETE -> {
                    RowKey key = columns.keyBefore(change);
                    boolean movesOn = i + 1 < changes.size() && isMove(key, changes.get(i + 1));
                    if (!movesOn) {
                        moves.flush(connection);
                        pending.delete(key);
                    }
                }
                case TRUNCATE -> truncate(connection, change);
            }
        }
        moves.flush(connection);
        pending.flush(connection);
    }

    private void put(Connection connection, Change<Row> change) throws SQLException {
        ViewRow row = columns.after(change);
        Row previousKey = change.previousKey();
        if (!row.isComplete() && previousKey != null) {
            pending.flush(connection);
            moves.add(connection, new RowMove(columns.key(previousKey), row));
            return;
        }
        moves.flush(connection);
        if (columns.keyMayChange() && change.operation() == Operation.UPDATE) {
            RowKey before = columns.keyBefore(change);
            if (!before.equals(row.key())) {
                pending.delete(before);
            }
        }
        if (!row.isComplete() && pending.isDeleted(row.key())) {
            pending.flush(connection);
        }
        pending.put(row);
    }

    /** Whether the delete of a key is the first half of a move, which must not delete the row. */
    private boolean isMove(RowKey deleted, Change<Row> next) {
        Row previousKey = next.previousKey();
        return next.operation() == Operation.CREATE
                && previousKey != null
                && columns.key(previousKey).equals(deleted)
                && !columns.after(next).isComplete();
    }

    private void truncate(Connection connection, Change<Row> change) throws SQLException {
        if (!ownsView) {
            throw new CdcException(who + ": TRUNCATE of " + change.table() + " at " + change.position()
                    + " cannot tell which rows are this shard's, because the view has no shard column and the pipeline has"
                    + " several shards; use shardColumn(...), or a pipeline for each shard");
        }
        pending.clear();
        moves.clear();
        statements.deleteAll(connection);
        missing.clear(connection);
    }

    @Override
    public boolean lacksRows(TableName table, Handle handle) throws SQLException {
        return missing.exist(handle.getConnection());
    }
}
