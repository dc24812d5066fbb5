package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.offset.LoadKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Writes rows that no key tells apart: each insert is a row more, and each update and delete is of one of those that are equal to
 * the row as it was. That no change comes twice is known from the offset, which commits with them.
 */
final class KeylessWriter implements ShardProjection {
    private final String who;
    private final SourceColumns columns;
    private final OtherWriters others;
    private final BulkStatement insert;
    private final KeylessStatements statements;
    private final BlockDelete deleteAll;
    private final List<ViewRow> inserts = new ArrayList<>();

    /** @param added the columns that the source has got since some of the rows were written */
    KeylessWriter(String who, SourceColumns columns, ViewSql sql, OtherWriters others, Set<String> added) {
        this.who = who;
        this.columns = columns;
        this.others = others;
        this.insert = new BulkStatement(who, sql.upsert(), sql.size());
        this.statements = new KeylessStatements(who, sql, added);
        this.deleteAll = new BlockDelete(who, sql.view(), sql.shard(), BlockDelete.PLAIN);
    }

    @Override
    public void apply(ProjectionBatch batch, Handle handle) throws SQLException {
        Connection connection = handle.getConnection();
        inserts.clear();
        statements.clear();
        for (Change<Row> change : batch.changes()) {
            switch (change.operation()) {
                case CREATE, READ -> {
                    statements.flush(connection);
                    inserts.add(columns.after(change));
                }
                case UPDATE -> {
                    flushInserts(connection);
                    statements.update(connection, change, before(change), columns.after(change));
                }
                case DELETE -> {
                    flushInserts(connection);
                    statements.delete(connection, change, before(change));
                }
                case TRUNCATE -> {
                    inserts.clear();
                    statements.clear();
                    others.requireOwnRows(connection, who, change);
                    deleteAll.execute(connection);
                }
            }
        }
        statements.flush(connection);
        flushInserts(connection);
    }

    private ViewRow before(Change<Row> change) {
        Row before = change.before();
        if (before == null) {
            throw new CdcException(who + ": " + change.operation() + " at " + change.position()
                    + " does not tell which row it is of, and the table has no key; set REPLICA IDENTITY FULL for "
                    + change.table());
        }
        return columns.whole(before);
    }

    private void flushInserts(Connection connection) throws SQLException {
        if (!inserts.isEmpty()) {
            insert.update(connection, inserts, ViewRow::text);
            inserts.clear();
        }
    }

    /** Rows that were read before would come twice. */
    @Override
    public void loadBegins(TableName table, LoadKind load, Handle handle) throws SQLException {
        String doubt = others.doubt(handle.getConnection());
        if (!doubt.isEmpty()) {
            throw new CdcException(who + ": a load of a table without a key begins by deleting the shard's rows, and"
                    + " which these are is not known: " + doubt);
        }
        deleteAll.execute(handle.getConnection());
    }
}
