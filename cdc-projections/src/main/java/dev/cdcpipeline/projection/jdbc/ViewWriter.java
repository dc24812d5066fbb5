package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.LoadKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An {@link UpsertProjection} at work for one shard: decides for each change which way it goes. */
final class ViewWriter implements ShardProjection {
    private static final Logger LOG = LoggerFactory.getLogger(ViewWriter.class);

    private final String who;
    private final SourceColumns columns;
    private final MissingRows missing;
    private final LoadedRows loaded;
    private final ViewStatements statements;
    private final PendingRows pending;
    private final RowMoves moves;
    private final OtherWriters others;
    private boolean warned;

    /** @param others who else may have rows in the view; only where there is nobody, all may be deleted */
    ViewWriter(
            String who,
            SourceColumns columns,
            ViewSql sql,
            MissingRows missing,
            LoadedRows loaded,
            OtherWriters others) {
        this.who = who;
        this.columns = columns;
        this.missing = missing;
        this.loaded = loaded;
        this.statements = new ViewStatements(who, sql);
        this.pending = new PendingRows(statements, missing, loaded);
        this.moves = new RowMoves(statements, missing, loaded);
        this.others = others;
    }

    @Override
    public void apply(ProjectionBatch batch, Handle handle) throws SQLException {
        pending.clear();
        moves.clear();
        Connection connection = handle.getConnection();
        List<Change<Row>> changes = batch.changes();
        LoadKind load = batch.loading().get(changes.get(0).table());
        missing.loading(load != null);
        loaded.noting(load == LoadKind.REPLACE && others.tellsShards());
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

    @Override
    public void keep(List<Change<Row>> waiting, LoadKind load, Handle handle) throws SQLException {
        Connection connection = handle.getConnection();
        WaitingRows rows = new WaitingRows();
        for (Change<Row> change : waiting) {
            try {
                Row before = columns.keyMayChange() ? change.before() : change.key();
                if (before != null) {
                    rows.gone(columns.key(before));
                }
                if (change.after() != null) {
                    rows.came(columns.after(change));
                }
            } catch (CdcException misfit) { // perhaps why it is parked
                LOG.debug("{}: a parked change at {} does not tell its row", who, change.position(), misfit);
            }
        }
        missing.loading(true);
        loaded.noting(load == LoadKind.REPLACE && others.tellsShards());
        List<RowKey> partial = rows.partial();
        missing.settle(connection, rows.others());
        missing.add(connection, loaded.notWhole(connection, partial, statements.absent(connection, partial)));
        loaded.add(connection, rows.all());
    }

    /** Where the source has no key, rows are known by the view's. One that does not tell it stands for the whole table. */
    @Override
    public Set<String> orderKeys(Change<Row> change) {
        if (!columns.keyMayChange() || change.operation() == Operation.TRUNCATE) {
            return LetterKeys.of(change);
        }
        Set<String> keys = new LinkedHashSet<>();
        try {
            if (change.after() != null) {
                keys.add(orderKey(change, columns.after(change).key()));
            }
            if (change.operation() == Operation.UPDATE || change.operation() == Operation.DELETE) {
                keys.add(orderKey(change, columns.keyBefore(change)));
            }
        } catch (CdcException unknown) {
            return Set.of(LetterKeys.wholeTable(change.table()));
        }
        return keys;
    }

    private static String orderKey(Change<Row> change, RowKey key) {
        return LetterKeys.of(change.table(), key.texts());
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
        others.requireOwnRows(connection, who, change);
        pending.clear();
        moves.clear();
        statements.deleteAll(connection);
        missing.clear(connection);
        loaded.clearIfNoting(connection);
    }

    @Override
    public void loadBegins(TableName table, LoadKind load, Handle handle) throws SQLException {
        forget(load, handle.getConnection());
        if (load == LoadKind.REPLACE) {
            warn(table, others.doubt(handle.getConnection()));
        }
    }

    @Override
    public void loadEnds(TableName table, LoadKind load, Handle handle) throws SQLException {
        if (load != LoadKind.REPLACE) {
            return;
        }
        Connection connection = handle.getConnection();
        String doubt = others.doubt(connection);
        if (doubt.isEmpty()) {
            long removed = loaded.removeOthers(connection);
            requireNoNewWriter(connection);
            LOG.info("{}: {} is loaded again; removed {} rows that it does not have any more", who, table, removed);
        } else {
            warn(table, doubt);
        }
        forget(load, connection);
    }

    /** One that began while rows were removed may have lost some; it tells of itself before it writes any. */
    private void requireNoNewWriter(Connection connection) throws SQLException {
        List<String> writers = others.find(connection);
        if (!writers.isEmpty()) {
            throw new TransientFailure(who + ": " + String.join(", ", writers)
                    + " began to fill the view while rows were removed from it");
        }
    }

    private void warn(TableName table, String doubt) {
        if (!doubt.isEmpty() && !warned) {
            warned = true;
            LOG.warn(
                    "{}: rows that {} does not have any more stay in the view when it is loaded again, because they cannot be"
                            + " told from others' rows: {}. Or delete them yourself",
                    who,
                    table,
                    doubt);
        }
    }

    @Override
    public void loadIsLeft(TableName table, LoadKind load, Handle handle) throws SQLException {
        forget(load, handle.getConnection());
    }

    /** What an earlier load noted says nothing about the next. */
    private void forget(LoadKind load, Connection connection) throws SQLException {
        missing.clear(connection);
        if (load == LoadKind.REPLACE && others.tellsShards()) {
            loaded.clear(connection);
        }
    }

    @Override
    public boolean lacksRows(TableName table, Handle handle) throws SQLException {
        return missing.exist(handle.getConnection());
    }
}
