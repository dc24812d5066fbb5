package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What can change of a captured table while an engine runs.
 *
 * @param table the captured table
 * @param partitions every partition below it that has rows; empty if it is not partitioned
 */
record TableState(RelationState table, List<RelationState> partitions) {
    /**
     * The wanted tables and all that is below them: {@code tree(root, relation)}. One below another is the root of its own.
     * Parameters: schemas and names.
     */
    static final String TREE = """
            with recursive wanted as (
                select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p') and (n.nspname, c.relname) in (select * from unnest(?::text[], ?::text[]))),
            tree(root, relation) as (
                select oid, oid from wanted
                union all
                select t.root, i.inhrelid
                from tree t join pg_inherits i on i.inhparent = t.relation join pg_class c on c.oid = i.inhrelid
                where c.relispartition and i.inhrelid not in (select oid from wanted))
            """;
    /**
     * A relation that was made as a partition has its own entries of the same transaction as the one that says it is a partition:
     * those of its system columns, which nothing changes later.
     */
    private static final String STATES = TREE + """
            select rn.nspname, r.relname, n.nspname, c.relname, c.oid, c.relkind = 'p', c.relreplident::text,
                   coalesce((select string_agg(quote_ident(a.attname), ', ' order by k.n)
                             from pg_index x cross join lateral unnest(x.indkey::int2[]) with ordinality k(attnum, n)
                             join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                             where x.indrelid = c.oid and k.n <= x.indnkeyatts
                               and case c.relreplident when 'i' then x.indisreplident when 'f' then x.indisprimary
                                        else x.indisprimary and x.indimmediate end), ''),
                   case when c.oid = r.oid then (
                       select string_agg(concat_ws(' ', a.attname, a.atttypid::int8, a.atttypmod), ', ' order by a.attnum)
                       from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) end,
                   has_table_privilege(c.oid, 'select'),
                   c.relkind = 'r' and exists (select 1 from pg_inherits h where h.inhparent = c.oid),
                   coalesce(i.xmin::text, ''),
                   i.xmin = (select a.xmin from pg_attribute a where a.attrelid = c.oid and a.attnum = -1),
                   c.relfilenode, case when c.relkind = 'p' then 0 else coalesce(pg_relation_size(c.oid), 0) end,
                   c.reltuples < 0
            from tree t
            join pg_class r on r.oid = t.root join pg_namespace rn on rn.oid = r.relnamespace
            join pg_class c on c.oid = t.relation join pg_namespace n on n.oid = c.relnamespace
            left join pg_inherits i on i.inhrelid = c.oid and c.relispartition
            order by 1, 2, 3, 4
            """;

    /** Those that exist. */
    static Map<TableName, TableState> read(SourceConnection source, Collection<TableName> names) throws SQLException {
        String[] schemas = names.stream().map(TableName::schema).toArray(String[]::new);
        String[] relations = names.stream().map(TableName::name).toArray(String[]::new);
        List<RelationState> all = source.query(STATES, TableState::relation, schemas, relations);
        Map<TableName, List<RelationState>> partitions = all.stream()
                .filter(relation -> !relation.partitioned() && !relation.name().equals(relation.root()))
                .collect(Collectors.groupingBy(RelationState::root));
        Map<TableName, TableState> tables = new LinkedHashMap<>();
        all.stream()
                .filter(relation -> relation.name().equals(relation.root()))
                .forEach(root ->
                        tables.put(root.name(), new TableState(root, partitions.getOrDefault(root.name(), List.of()))));
        return tables;
    }

    private static RelationState relation(ResultSet row) throws SQLException {
        return new RelationState(
                new TableName(row.getString(1), row.getString(2)),
                new TableName(row.getString(3), row.getString(4)),
                row.getLong(5),
                row.getBoolean(6),
                row.getString(7),
                row.getString(8),
                Objects.requireNonNullElse(row.getString(9), ""),
                row.getBoolean(10),
                row.getBoolean(11),
                row.getString(12),
                row.getBoolean(13),
                row.getLong(14),
                row.getLong(15),
                row.getBoolean(16));
    }

    boolean partitioned() {
        return table.partitioned();
    }

    /** REPLICA IDENTITY and the columns of the key, in one text. */
    String identity() {
        return table.replicaIdentity() + " " + table.key();
    }

    /** What has the rows: the partitions, or the table itself. */
    List<RelationState> withRows() {
        return partitioned() ? partitions : List.of(table);
    }
}
