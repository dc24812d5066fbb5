package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a publication publishes now.
 *
 * @param exists whether it is there
 * @param allOperations whether it publishes inserts, updates, deletes and truncates
 * @param viaRoot whether changes of partitions come under the name of the partitioned table
 * @param tables what it covers
 * @param filtered tables of which it leaves rows or columns out
 */
record PublicationState(
        boolean exists, boolean allOperations, boolean viaRoot, Set<TableName> tables, Set<TableName> filtered) {
    private static final String STATE = """
            select p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate, p.pubviaroot, t.schemaname, t.tablename,
                   exists (select 1 from pg_publication_rel r join pg_class c on c.oid = r.prrelid
                           join pg_namespace n on n.oid = c.relnamespace
                           where r.prpubid = p.oid and n.nspname = t.schemaname and c.relname = t.tablename
                             and (r.prqual is not null or r.prattrs is not null))
            from pg_publication p left join pg_publication_tables t on t.pubname = p.pubname
            where p.pubname = ?
            """;

    private record Line(boolean allOperations, boolean viaRoot, String schema, String table, boolean filtered) {}

    static PublicationState read(SourceConnection source, String name) throws SQLException {
        List<Line> lines = source.query(
                STATE,
                row -> new Line(
                        row.getBoolean(1),
                        row.getBoolean(2),
                        row.getString(3) == null ? "" : row.getString(3),
                        row.getString(4) == null ? "" : row.getString(4),
                        row.getBoolean(5)),
                name);
        if (lines.isEmpty()) {
            return new PublicationState(false, false, false, Set.of(), Set.of());
        }
        Set<TableName> tables = new HashSet<>();
        Set<TableName> filtered = new HashSet<>();
        lines.stream().filter(line -> !line.table().isEmpty()).forEach(line -> {
            TableName table = new TableName(line.schema(), line.table());
            tables.add(table);
            if (line.filtered()) {
                filtered.add(table);
            }
        });
        return new PublicationState(
                true, lines.get(0).allOperations(), lines.get(0).viaRoot(), tables, filtered);
    }

    /** Which of these it does not cover. */
    Set<TableName> missing(Set<TableName> wanted) {
        Set<TableName> missing = new TreeSet<>(wanted);
        missing.removeAll(tables);
        return missing;
    }

    /** Which of these it publishes only in part. */
    Set<TableName> inPart(Set<TableName> wanted) {
        Set<TableName> inPart = new TreeSet<>(wanted);
        inPart.retainAll(filtered);
        return inPart;
    }
}
