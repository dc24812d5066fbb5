package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a source table is from PostgreSQL's catalog (documentation, chapter "System Catalogs"). */
final class SourceCatalog {
    private static final String TABLE = """
            select c.oid, c.relreplident::text, c.reltuples::bigint, has_table_privilege(c.oid, 'select'), c.relkind = 'p'
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
            """;
    private static final String COLUMNS = """
            with recursive base(attnum, typ) as (
                select attnum, atttypid from pg_attribute where attrelid = ? and attnum > 0 and not attisdropped
                union all
                select b.attnum, t.typbasetype from base b join pg_type t on t.oid = b.typ where t.typtype = 'd')
            select a.attname, format_type(a.atttypid, a.atttypmod),
                   coalesce(e.typname, t.typname), coalesce(e.typtype, t.typtype) = 'e', e.oid is not null, not a.attnotnull, a.attgenerated <> ''
            from pg_attribute a
            join base b on b.attnum = a.attnum
            join pg_type t on t.oid = b.typ and t.typtype <> 'd'
            left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
            where a.attrelid = ?
            order by a.attnum
            """;
    private static final String KEY = """
            select a.attname
            from pg_index i
            cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
            where i.indrelid = ? and (case when ? = 'i' then i.indisreplident else i.indisprimary end)
            order by k.n
            """;

    private record TableRow(
            long oid, String replicaIdentity, long estimatedRows, boolean selectable, boolean partitioned) {}

    private final SourceConnection source;

    SourceCatalog(SourceConnection source) {
        this.source = source;
    }

    /** The table, or empty if there is none of that name. */
    Optional<SourceTableInfo> find(TableName name) throws SQLException {
        Optional<TableRow> found = source.queryOne(
                TABLE,
                row -> new TableRow(
                        row.getLong(1), row.getString(2), row.getLong(3), row.getBoolean(4), row.getBoolean(5)),
                name.schema(),
                name.name());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        TableRow table = found.get();
        Map<String, SourceColumn> columns = new LinkedHashMap<>();
        source.query(
                        COLUMNS,
                        row -> new SourceColumn(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBoolean(4),
                                row.getBoolean(5),
                                row.getBoolean(6),
                                row.getBoolean(7)),
                        table.oid(),
                        table.oid())
                .forEach(column -> columns.put(column.name(), column));
        List<String> key = source.query(KEY, row -> row.getString(1), table.oid(), table.replicaIdentity());
        return Optional.of(new SourceTableInfo(
                name,
                columns,
                key,
                table.replicaIdentity(),
                table.partitioned(),
                table.selectable(),
                table.estimatedRows()));
    }
}
