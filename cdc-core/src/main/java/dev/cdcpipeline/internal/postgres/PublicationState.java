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
 * @param allTables whether it is for all tables, so that the server lets none be added
 * @param allOperations whether it publishes inserts, updates, deletes and truncates
 * @param generated whether it publishes generated columns that are stored
 * @param tables what it covers: a partitioned table also where its partitions' changes come under their own names, which says more
 *     than that all of today's partitions are covered
 * @param filtered tables of which it leaves rows or columns out
 */
record PublicationState(
        boolean exists,
        boolean allTables,
        boolean allOperations,
        boolean generated,
        Set<TableName> tables,
        Set<TableName> filtered) {
    /**
     * Without publish_via_partition_root, pg_publication_tables has the partitions in place of what they are of; whether others
     * will be covered when they come is told by the publication's own entries.
     */
    private static final String STATE = """
            with p as (select * from pg_publication where pubname = ?),
            t as (
                select schemaname, tablename from pg_publication_tables join p on p.pubname = pg_publication_tables.pubname
                union
                select n.nspname, c.relname
                from p cross join pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'p' and not p.pubviaroot
                  and (p.puballtables and n.nspname not in ('pg_catalog', 'information_schema')
                       or exists (select 1 from pg_partition_ancestors(c.oid) a(relid) join pg_class ac on ac.oid = a.relid
                                  where exists (select 1 from pg_publication_rel r
                                                where r.prpubid = p.oid and r.prrelid = a.relid)
                                     or exists (select 1 from pg_publication_namespace s
                                                where s.pnpubid = p.oid and s.pnnspid = ac.relnamespace))))
            select p.puballtables, p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate, coalesce(to_jsonb(p) ->> 'pubgencols', 'n') = 's',
                   t.schemaname, t.tablename,
                   exists (select 1 from pg_publication_rel r join pg_class c on c.oid = r.prrelid
                           join pg_namespace n on n.oid = c.relnamespace
                           where r.prpubid = p.oid and (r.prqual is not null or r.prattrs is not null)
                             and (n.nspname = t.schemaname and c.relname = t.tablename
                                  or c.relispartition and exists (
                                      select 1 from pg_partition_ancestors(c.oid) a(relid)
                                      join pg_class ac on ac.oid = a.relid join pg_namespace an on an.oid = ac.relnamespace
                                      where an.nspname = t.schemaname and ac.relname = t.tablename)))
            from p left join t on true
            """;

    private record Line(
            boolean allTables,
            boolean allOperations,
            boolean generated,
            String schema,
            String table,
            boolean filtered) {}

    static PublicationState read(SourceConnection source, String name) throws SQLException {
        List<Line> lines = source.query(
                STATE,
                row -> new Line(
                        row.getBoolean(1),
                        row.getBoolean(2),
                        row.getBoolean(3),
                        row.getString(4) == null ? "" : row.getString(4),
                        row.getString(5) == null ? "" : row.getString(5),
                        row.getBoolean(6)),
                name);
        if (lines.isEmpty()) {
            return new PublicationState(false, false, false, false, Set.of(), Set.of());
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
                true,
                lines.get(0).allTables(),
                lines.get(0).allOperations(),
                lines.get(0).generated(),
                tables,
                filtered);
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
