package dev.cdcpipeline.examples.hermet;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** Brings the rows of all shards into one database, so that a query can be asked over all of them. */
final class SourceCopy {
    /** Parents before children. */
    private static final List<String> TABLES = List.of("biz_user", "channel", "channel_member", "friendship");

    private SourceCopy() {}

    /** Makes the tables of a shard in the database, each with a column more: the shard a row comes from. */
    static void createTables(Databases databases, String database) {
        databases
                .server(database)
                .execute(database, Databases.resource("chat.sql").replace("{first}", "1"));
        TABLES.forEach(table -> databases
                .server(database)
                .execute(database, "alter table " + table + " add column shard text not null"));
    }

    /** Copies all rows; the shards should be at rest. */
    static void copy(Databases databases, String database) throws SQLException {
        try (Connection to = databases.server(database).dataSource(database).getConnection()) {
            for (String shard : Databases.SHARDS) {
                try (Connection from = databases.server(shard).dataSource(shard).getConnection()) {
                    for (String table : TABLES) {
                        copy(
                                from,
                                "copy (select *, '" + shard + "' from " + table + ") to stdout",
                                to,
                                "copy " + table + " from stdin");
                    }
                }
            }
            to.createStatement().execute("analyze");
        }
    }

    private static void copy(Connection from, String read, Connection to, String write) throws SQLException {
        CopyManager source = from.unwrap(PGConnection.class).getCopyAPI();
        CopyIn in = to.unwrap(PGConnection.class).getCopyAPI().copyIn(write);
        try {
            CopyOut out = source.copyOut(read);
            for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                in.writeToCopy(row, 0, row.length);
            }
            in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }
}
