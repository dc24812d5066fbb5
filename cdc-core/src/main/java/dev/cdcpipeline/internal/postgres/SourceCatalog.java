package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a source table is from PostgreSQL's catalog (documentation, chapter "System Catalogs"). */
final class SourceCatalog {
    private static final String TABLE = """
            select c.oid, c.relreplident::text, c.reltuples::bigint, has_table_privilege(c.oid, 'select'), c.relkind = 'p'
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
            """;
    private static final String COLUMNS = TypeCatalog.EMPTY_PATH + """
            select a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, a.atttypmod, not a.attnotnull,
                   case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end, a.attgenerated = 'v'
            from path cross join pg_attribute a
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attrelid = ? and a.attnum > 0 and not a.attisdropped
            order by a.attnum
            """;
    /** The server logs no values of a primary key that is DEFERRABLE (not immediate). With whole rows it may be our key. */
    private static final String KEY = """
            select a.attname
            from pg_index i
            cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
            where i.indrelid = ? and k.n <= i.indnkeyatts
              and (case ? when 'i' then i.indisreplident when 'f' then i.indisprimary else i.indisprimary and i.indimmediate end)
            order by k.n
            """;

    private record TableRow(
            long oid, String replicaIdentity, long estimatedRows, boolean selectable, boolean partitioned) {}

    private record ColumnRow(
            String name,
            String sqlType,
            int typeOid,
            int typeModifier,
            boolean nullable,
            @Nullable String generated,
            boolean virtual) {

        private static ColumnRow read(ResultSet row) throws SQLException {
            return new ColumnRow(
                    row.getString(1),
                    row.getString(2),
                    (int) row.getLong(3),
                    row.getInt(4),
                    row.getBoolean(5),
                    row.getString(6),
                    row.getBoolean(7));
        }
    }

    private final SourceConnection source;
    private final TypeCatalog typeCatalog;
    private final KnownTypes types = new KnownTypes();

    SourceCatalog(SourceConnection source) {
        this.source = source;
        this.typeCatalog = new TypeCatalog(source);
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
        Map<String, SourceColumn> columns = columns(table);
        List<String> key = source.query(KEY, row -> row.getString(1), table.oid(), table.replicaIdentity());
        return Optional.of(new SourceTableInfo(
                name,
                table.oid(),
                columns,
                key,
                table.replicaIdentity(),
                table.partitioned(),
                table.selectable(),
                table.estimatedRows()));
    }

    private Map<String, SourceColumn> columns(TableRow table) throws SQLException {
        Map<String, SourceColumn> columns = new LinkedHashMap<>();
        for (ColumnRow column : source.query(COLUMNS, ColumnRow::read, table.oid())) {
            columns.put(
                    column.name(),
                    new SourceColumn(
                            column.name(),
                            column.sqlType(),
                            types.read(typeCatalog, column.typeOid()),
                            column.typeModifier(),
                            column.nullable(),
                            column.generated(),
                            column.virtual(),
                            column.generated() == null));
        }
        return columns;
    }
}
