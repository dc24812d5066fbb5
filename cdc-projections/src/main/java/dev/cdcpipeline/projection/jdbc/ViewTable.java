package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The table that is written to, as the catalog describes it, and the checks before the first write. */
final class ViewTable {
    private static final String RELATION = """
            select c.oid, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = ?""";
    private static final String COLUMNS = """
            with recursive base(attnum, typ) as (
                select attnum, atttypid from pg_attribute where attrelid = ? and attnum > 0 and not attisdropped
                union all
                select base.attnum, t.typbasetype from base join pg_type t on t.oid = base.typ where t.typtype = 'd')
            select a.attname, format_type(t.oid, -1) as type,
                   case when pg_type_is_visible(e.oid) and en.nspname <> 'pg_catalog' then quote_ident(en.nspname) || '.' else '' end
                       || format_type(a.atttypid, a.atttypmod) as declared,
                   t.typcategory in ('N', 'S', 'D', 'T', 'B', 'V', 'I', 'E', 'R')
                       or t.typname in ('uuid', 'bytea', 'jsonb') as equality,
                   t.typtype = 'e' or t.typname in ('int2', 'int4', 'int8', 'oid', 'text', 'varchar', 'name', 'uuid', 'bool',
                       'date', 'time', 'timestamp', 'timestamptz', 'bytea') as exact,
                   t.typarray <> 0 and t.typcategory <> 'A' and t.typtype <> 'c' and t.typdelim = ','
                       as unnestable,
                   a.attnotnull and not a.atthasdef and a.attidentity = '' as needs_value, a.attgenerated <> '' as generated
            from base join pg_type t on t.oid = base.typ and t.typtype <> 'd'
                 join pg_attribute a on a.attrelid = ? and a.attnum = base.attnum
                 join pg_type d on d.oid = a.atttypid
                 join pg_type e on e.oid = case when d.typcategory = 'A' and d.typtype = 'b' and d.typelem <> 0
                                                then d.typelem else d.oid end
                 join pg_namespace en on en.oid = e.typnamespace
            order by a.attnum""";
    /** Keys that ON CONFLICT can name: over plain columns of all rows, and checked at once. */
    private static final String UNIQUE_KEYS = """
            select array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(attnum, n)
                         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                         where k.n <= i.indnkeyatts),
                   i.indisprimary
            from pg_index i
            where i.indrelid = ? and i.indisunique and i.indimmediate and i.indisvalid
              and i.indpred is null and i.indexprs is null""";

    private final String who;
    private final TableName name;
    private final Map<String, ViewColumn> columns = new LinkedHashMap<>();
    private final Set<Set<String>> uniqueKeys = new HashSet<>();
    private boolean hasPrimaryKey;

    private ViewTable(String who, TableName name) {
        this.who = who;
        this.name = name;
    }

    /** @throws CdcException if there is no such table */
    static ViewTable read(Connection connection, TableName name, String who) throws SQLException {
        ViewTable view = new ViewTable(who, name);
        long oid = view.oid(connection);
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, oid);
            statement.setLong(2, oid);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    ViewColumn column = new ViewColumn(
                            result.getString(1),
                            result.getString(2),
                            result.getString(3),
                            result.getBoolean(4),
                            result.getBoolean(5),
                            result.getBoolean(6),
                            result.getBoolean(7),
                            result.getBoolean(8));
                    view.columns.put(column.name(), column);
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_KEYS)) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    view.uniqueKeys.add(Set.of((String[]) result.getArray(1).getArray()));
                    view.hasPrimaryKey |= result.getBoolean(2);
                }
            }
        }
        return view;
    }

    private long oid(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELATION)) {
            statement.setString(1, name.schema());
            statement.setString(2, name.name());
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw new CdcException(
                            who + ": table '" + name + "' does not exist; create it, or correct into(...)");
                }
                String kind = result.getString(2);
                if (!"r".equals(kind) && !"p".equals(kind)) {
                    throw new CdcException(
                            who + ": '" + name + "' is not a table (relkind " + kind + "); name a table");
                }
                return result.getLong(1);
            }
        }
    }

    TableName name() {
        return name;
    }

    /** All columns, by name. */
    Map<String, ViewColumn> columns() {
        return Collections.unmodifiableMap(columns);
    }

    /** Whether there is a primary key. */
    boolean hasPrimaryKey() {
        return hasPrimaryKey;
    }

    /** Whether a unique index has exactly these columns. */
    boolean hasKey(Collection<String> key) {
        return uniqueKeys.contains(Set.copyOf(key));
    }

    /** @throws CdcException if there is no such column, or it cannot be written */
    ViewColumn column(String column) {
        ViewColumn found = columns.get(column);
        if (found == null) {
            throw new CdcException(who + ": table '" + name + "' has no column '" + column + "', its columns are "
                    + columns.keySet() + "; add it, or name another with column(...)");
        }
        if (found.generated()) {
            throw new CdcException(who + ": column '" + name + "." + column
                    + "' is generated and cannot be written; drop the expression, or name another with column(...)");
        }
        return found;
    }

    /** @throws CdcException if no unique index has exactly these columns */
    void requireKey(List<String> key) {
        if (!hasKey(key)) {
            throw new CdcException(who + ": table '" + name + "' has no primary key or unique index over exactly " + key
                    + " that is not deferrable, partial or over expressions; create one: alter table "
                    + Sql.name(name) + " add primary key (" + Sql.names(key) + ")");
        }
    }

    /** @throws CdcException if a row cannot be inserted with values for these columns only */
    void requireInsertable(Set<String> written) {
        Set<String> lacking = new TreeSet<>();
        for (ViewColumn column : columns.values()) {
            if (column.needsValue() && !written.contains(column.name())) {
                lacking.add(column.name());
            }
        }
        if (!lacking.isEmpty()) {
            throw new CdcException(
                    who + ": table '" + name + "' has columns that are NOT NULL without a default and not" + " mapped: "
                            + lacking + "; add them to the record, give them a default, or allow null");
        }
    }
}
