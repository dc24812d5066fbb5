package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What can change of a captured table while an engine runs.
 *
 * @param identity its REPLICA IDENTITY and the columns of its key, in one text
 * @param hasIdentity whether the server lets updates and deletes of it through
 * @param selectable whether the user may read it
 * @param partitioned whether it is the root of a partitioned table
 */
record TableState(String identity, boolean hasIdentity, boolean selectable, boolean partitioned) {
    private static final String TABLES = """
            select n.nspname, c.relname, c.relreplident::text || ' ' || coalesce(k.indkey::text, ''),
                   c.relreplident = 'f' or c.relreplident <> 'n' and k.indkey is not null,
                   has_table_privilege(c.oid, 'select'), c.relkind = 'p'
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            left join pg_index k on k.indrelid = c.oid
                 and case when c.relreplident = 'i' then k.indisreplident else k.indisprimary end
            where c.relkind in ('r', 'p')
              and (n.nspname, c.relname) in (select * from unnest(?::text[], ?::text[]))
            """;

    /** Those that exist. */
    static Map<TableName, TableState> read(SourceConnection source, Collection<TableName> names) throws SQLException {
        Map<TableName, TableState> tables = new LinkedHashMap<>();
        String[] schemas = names.stream().map(TableName::schema).toArray(String[]::new);
        String[] relations = names.stream().map(TableName::name).toArray(String[]::new);
        source.query(
                TABLES,
                row -> tables.put(
                        new TableName(row.getString(1), row.getString(2)),
                        new TableState(row.getString(3), row.getBoolean(4), row.getBoolean(5), row.getBoolean(6))),
                schemas,
                relations);
        return tables;
    }
}
