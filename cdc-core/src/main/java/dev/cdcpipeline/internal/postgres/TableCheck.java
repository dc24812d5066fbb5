package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.shape.PgType;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.Severity;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.PostgresShard;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks that every record fits its table, and that the table can be captured and loaded; says everything that does not. */
final class TableCheck {
    /** The first major version whose publications can have generated columns. */
    private static final int STREAMS_GENERATED = 18;

    private static final String BOTH = """
            with wanted as (
                select c.oid, n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where (n.nspname, c.relname) in (select * from unnest(?::text[], ?::text[])))
            select w.nspname, w.relname, p.nspname, p.relname
            from wanted w cross join lateral pg_partition_ancestors(w.oid) a(relid) join wanted p on p.oid = a.relid
            where p.oid <> w.oid order by 1, 2, 3, 4
            """;
    private static final String DEFERRABLE =
            "select 1 from pg_index where indrelid = ? and indisprimary and not indimmediate";
    /** With these Debezium takes another name for it. */
    private static final Pattern MISREAD = Pattern.compile("\"|''|``");
    /** With these it cannot tell where the table's name begins, when it goes on with a load. */
    private static final Pattern MISREAD_IN_LOADS = Pattern.compile("[.]");

    private final SourceConnection source;
    private final boolean isFirst;
    private final Map<TableName, SourceTableInfo> tables = new TreeMap<>();
    private final Map<TableName, TableState> states = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /** @param isFirst whether nothing was captured before, so that the first load reads every table */
    TableCheck(SourceConnection source, boolean isFirst) {
        this.source = source;
        this.isFirst = isFirst;
    }

    /** Those of the wanted tables that exist, as they really are. */
    Map<TableName, SourceTableInfo> tables() {
        return tables;
    }

    List<Finding> findings() {
        return findings;
    }

    TableCheck run(Collection<SourceTable<?>> wanted) throws SQLException {
        SourceCatalog catalog = new SourceCatalog(source);
        Set<TableName> names = wanted.stream().map(SourceTable::name).collect(Collectors.toCollection(TreeSet::new));
        states.putAll(TableState.read(source, names));
        refuseBothOf(names);
        Set<TableName> inFull = SourceSetup.neededInFull(wanted);
        IdentityCheck identities = new IdentityCheck(source.shardName());
        states.forEach((name, state) -> findings.addAll(identities.findings(state, inFull.contains(name))));
        for (SourceTable<?> table : wanted) {
            SourceTableInfo info = tables.get(table.name());
            if (info == null) {
                info = catalog.find(table.name()).orElse(null);
                if (info == null) {
                    add(missing(source.shard(), table.name()));
                    continue;
                }
                info = withGenerated(info, wanted);
                tables.put(table.name(), info);
                checkTable(info, wanted);
            }
            RecordCheck.problems(table, info).forEach(this::addMisfit);
        }
        return this;
    }

    /**
     * A stored generated column is streamed if the publication says so, for a record that shows it or for the key; Debezium's loads
     * leave it out.
     */
    private SourceTableInfo withGenerated(SourceTableInfo info, Collection<SourceTable<?>> wanted) throws SQLException {
        if (source.majorVersion() < STREAMS_GENERATED || source.shard().firstLoad() != FirstLoad.NONE) {
            return info;
        }
        Set<String> named = new TreeSet<>(info.key());
        wanted.stream()
                .filter(table -> table.name().equals(info.name()))
                .flatMap(table -> table.columns().stream())
                .forEach(column -> named.add(column.column()));
        named.removeIf(column -> {
            SourceColumn known = info.columns().get(column);
            return known == null || known.virtual();
        });
        return info.streaming(named);
    }

    /** A change of a partition comes under its own name or under its parent's, never under both. */
    private void refuseBothOf(Set<TableName> names) throws SQLException {
        String[] schemas = names.stream().map(TableName::schema).toArray(String[]::new);
        String[] relations = names.stream().map(TableName::name).toArray(String[]::new);
        source.query(
                BOTH,
                row -> {
                    TableName partition = new TableName(row.getString(1), row.getString(2));
                    TableName parent = new TableName(row.getString(3), row.getString(4));
                    add(
                            "table " + partition + " is a partition of " + parent
                                    + ", and a change comes under one of both names only",
                            "capture one of them");
                    return true;
                },
                schemas,
                relations);
    }

    private void checkTable(SourceTableInfo info, Collection<SourceTable<?>> wanted) throws SQLException {
        boolean loaded = isLoadedInChunks();
        checkName(info.name());
        checkColumnNames(info, wanted);
        if (!info.selectable()) {
            add(unreadable(source.shard(), info.name()));
        }
        if (info.key().isEmpty() && loaded) {
            boolean deferrable =
                    source.queryOne(DEFERRABLE, row -> true, info.oid()).isPresent();
            add(
                    "table " + info.name() + " has no primary key"
                            + (deferrable ? " but a DEFERRABLE one, by which PostgreSQL does not tell rows" : "")
                            + ", by which its rows could be loaded",
                    "add one" + (deferrable ? " that is not" : "")
                            + ", or use firstLoad(FirstLoad.SNAPSHOT) or FirstLoad.NONE");
        }
        info.key().stream()
                .filter(column -> !info.columns().get(column).streamed())
                .forEach(column -> add(
                        info.name() + "." + column
                                + " is in the key, but a generated column, which is carried from PostgreSQL 18 on and with FirstLoad.NONE only",
                        "use another key, with REPLICA IDENTITY USING INDEX"));
        if (loaded) {
            addKeyProblems(info);
        }
        TableState state = states.get(info.name());
        if (state != null && state.table().hasHeirs() && source.shard().firstLoad() != FirstLoad.NONE) {
            add(
                    "tables inherit from " + info.name()
                            + " (INHERITS): a load would read their rows as its own, and their"
                            + " changes come under their names",
                    "partition it instead, or use firstLoad(FirstLoad.NONE)");
        }
    }

    private boolean isLoadedInChunks() {
        return isFirst && source.shard().firstLoad() == FirstLoad.INCREMENTAL;
    }

    private void checkName(TableName table) {
        if (MISREAD.matcher(table.schema()).find()
                || MISREAD.matcher(table.name()).find()) {
            add(
                    "table " + table
                            + " has a double quote, or two quotes or backticks in a row, in its name, which"
                            + " Debezium misreads",
                    "rename it");
        } else if (isLoadedInChunks()
                && MISREAD_IN_LOADS.matcher(table.schema() + table.name()).find()) {
            add(
                    "table " + table + " has a dot in its name, with which it cannot be loaded in chunks",
                    "rename it, or use firstLoad(FirstLoad.SNAPSHOT) or FirstLoad.NONE");
        }
    }

    /** Debezium, whose lists of columns do not tell twins apart, ends then. */
    private void checkColumnNames(SourceTableInfo info, Collection<SourceTable<?>> wanted) {
        Set<String> read = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        read.addAll(info.key());
        for (SourceTable<?> table : wanted) {
            if (table.name().equals(info.name())) {
                table.columns().forEach(column -> read.add(column.column()));
                read.addAll(table.isWhole() ? info.columns().keySet() : Set.of());
            }
        }
        Map<String, String> first = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String column : info.columns().keySet()) {
            if (read.contains(column) && column.startsWith("\"") && column.endsWith("\"")) {
                add(
                        info.name() + ": column '" + column
                                + "' has a name between double quotes, which Debezium misreads",
                        "rename it");
            }
            String twin = first.putIfAbsent(column, column);
            if (twin != null && read.contains(column)) {
                add(
                        info.name() + ": columns '" + twin + "' and '" + column
                                + "' differ by upper and lower case only, which Debezium does not tell apart",
                        "rename one");
            }
        }
    }

    private void addKeyProblems(SourceTableInfo info) {
        unpageable(info)
                .forEach(column -> add(
                        info.name() + "." + column.name() + ": a key of SQL type " + column.sqlType()
                                + " cannot be read in chunks",
                        "use firstLoad(FirstLoad.SNAPSHOT) or FirstLoad.NONE"));
    }

    /**
     * The server has no operator that takes a composite type and a text, by which the next chunk is asked for; of an array the
     * driver gives no text; money is read as a number.
     */
    private static List<SourceColumn> unpageable(SourceTableInfo info) {
        return info.key().stream()
                .map(column -> info.columns().get(column))
                .filter(column -> column.isArray()
                        || column.type().base().kind() == PgType.Kind.COMPOSITE
                        || column.baseType().equals("money"))
                .toList();
    }

    /** Why the rows of a table cannot be read in chunks; empty if they can. */
    static Optional<String> unreadableInChunks(SourceTableInfo info) {
        if (info.streamsGenerated()) {
            return Optional.of("table " + info.name() + " is read with a generated column, which a load leaves out");
        }
        if (MISREAD_IN_LOADS.matcher(info.name().schema() + info.name().name()).find()) {
            return Optional.of("table " + info.name() + " has a dot in its name");
        }
        if (info.key().isEmpty()) {
            return Optional.of("table " + info.name() + " has no primary key, by which its rows could be loaded");
        }
        return unpageable(info).stream()
                .findFirst()
                .map(column -> info.name() + "." + column.name() + ": a key of SQL type " + column.sqlType()
                        + " cannot be read in chunks");
    }

    static Finding missing(PostgresShard shard, TableName table) {
        return Finding.of(
                FindingKind.TABLE,
                shard.id().name(),
                "table " + table + " does not exist in database " + shard.database(),
                "create it, or leave its projection out");
    }

    /** The next preparation sees to it. */
    static Finding recreated(String shard, TableName table) {
        return Finding.of(
                        FindingKind.TABLE,
                        shard,
                        "table " + table + " was dropped or created again",
                        "the shard starts anew and loads its rows")
                .as(Severity.WAIT);
    }

    static Finding unreadable(PostgresShard shard, TableName table) {
        return Finding.of(
                FindingKind.PRIVILEGE,
                shard.id().name(),
                "user '" + shard.user() + "' may not read table " + table,
                "GRANT SELECT ON " + Sql.quoted(table) + " TO " + Sql.quoted(shard.user()));
    }

    /** The check says problem and remedy in one sentence. */
    private void addMisfit(String problem) {
        int end = problem.indexOf("; ");
        add(problem.substring(0, end), problem.substring(end + 2));
    }

    private void add(String problem, String remedy) {
        add(Finding.of(FindingKind.TABLE, source.shardName(), problem, remedy));
    }

    private void add(Finding finding) {
        findings.add(finding);
    }
}
