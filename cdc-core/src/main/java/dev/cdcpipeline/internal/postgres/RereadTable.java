package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.internal.dispatch.UnchangedRows;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A source table as it is now, for reading rows of it by a key that they were sent with some time ago. */
final class RereadTable {
    /**
     * By name, because the stream tells no more. That the key is still unique is looked at, so that a row cannot be taken for
     * another. The second type is without its modifier: a cast to {@code varchar(5)} would cut a key off in silence.
     */
    private static final String NOW = TypeCatalog.EMPTY_PATH + """
            select s.snapshot, c.oid is not null, c.relkind = 'p',
                   a.attname, format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, -1),
                   exists (select from pg_index i
                           cross join lateral (
                               select array_agg(k.attname::text) as names
                               from unnest(i.indkey::int2[]) with ordinality u(attnum, n)
                               join pg_attribute k on k.attrelid = i.indrelid and k.attnum = u.attnum
                               where u.n <= i.indnkeyatts) key
                           where i.indrelid = c.oid and i.indisunique and i.indisvalid
                             and i.indpred is null and i.indexprs is null
                             and key.names @> ?::text[] and key.names <@ ?::text[])
            from path cross join (select pg_current_snapshot()::text) s(snapshot)
            left join (pg_class c join pg_namespace n on n.oid = c.relnamespace)
                on n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
            left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            """;
    /** Length and precision, in the name of a type. */
    private static final Pattern MODIFIER = Pattern.compile("\\([^)]*\\)");

    private record ColumnRow(
            String snapshot,
            boolean exists,
            boolean partitioned,
            @Nullable String name,
            String type,
            String baseType,
            boolean keyIsUnique) {}

    private final UnchangedRows rows;
    private final VisibleTransactions visible;
    private final boolean exists;
    private final boolean partitioned;
    private final boolean keyIsUnique;
    private final Map<String, ColumnRow> found = new HashMap<>();

    private RereadTable(UnchangedRows rows, List<ColumnRow> columns) {
        ColumnRow any = columns.get(0);
        this.rows = rows;
        this.visible = VisibleTransactions.parse(any.snapshot);
        this.exists = any.exists;
        this.partitioned = any.partitioned;
        this.keyIsUnique = any.keyIsUnique;
        for (ColumnRow column : columns) {
            if (column.name != null) {
                found.put(column.name, column);
            }
        }
    }

    static RereadTable find(SourceConnection source, UnchangedRows rows) throws SQLException {
        Object key = rows.keyColumns().toArray(String[]::new);
        return new RereadTable(
                rows,
                source.query(
                        NOW,
                        row -> new ColumnRow(
                                row.getString(1),
                                row.getBoolean(2),
                                row.getBoolean(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6),
                                row.getBoolean(7)),
                        key,
                        key,
                        rows.table().schema(),
                        rows.table().name()));
    }

    /** Whose changes a read from now on shows. */
    VisibleTransactions visible() {
        return visible;
    }

    boolean exists() {
        return exists;
    }

    /** Why a row cannot be found by its key any more; empty if it can. */
    Optional<String> misfit() {
        return keyIsUnique
                ? Optional.empty()
                : Optional.of("it has no unique index over " + rows.keyColumns() + " any more");
    }

    /** Those of the wanted columns that it still has, of the type that the rows have; a length may be another. */
    List<String> columns() {
        return rows.columns().entrySet().stream()
                .filter(wanted -> isStillThere(wanted.getKey(), wanted.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean isStillThere(String column, String sqlType) {
        ColumnRow now = found.get(column);
        return now != null && withoutModifier(now.type).equals(withoutModifier(sqlType));
    }

    private static String withoutModifier(String sqlType) {
        return MODIFIER.matcher(sqlType).replaceAll("");
    }

    /**
     * Gives the number of the key, from 1, and the text of each column. Takes an array of texts for each column of the key.
     * {@code format} asks the type's own output function: a cast to text strips the blanks of char(n), for one.
     */
    String select() {
        String values = columns().stream()
                .map(column -> "t." + Sql.quoted(column))
                .map(column -> ", case when " + column + " is distinct from null then format('%s', " + column + ") end")
                .collect(Collectors.joining());
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < rows.keyColumns().size(); i++) {
            String column = rows.keyColumns().get(i);
            arrays.add("?::text[]");
            names.add("k" + i);
            conditions.add("t." + Sql.quoted(column) + " = k.k" + i + "::" + found.get(column).baseType);
        }
        return "select k.n" + values
                + " from unnest(" + String.join(", ", arrays) + ") with ordinality k(" + String.join(", ", names)
                + ", n) join " + (partitioned ? "" : "only ") + Sql.quoted(rows.table()) + " t on "
                + String.join(" and ", conditions);
    }

    /** What {@link #select} takes, for some of the keys. */
    Object[] parameters(List<List<String>> keys) {
        return IntStream.range(0, rows.keyColumns().size())
                .mapToObj(i -> keys.stream().map(key -> key.get(i)).toArray(String[]::new))
                .toArray();
    }
}
