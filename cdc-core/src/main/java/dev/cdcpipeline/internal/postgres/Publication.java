package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.ShardStartException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publication of a shard: made or widened when the user may do so, otherwise the statement to run is said. A table that
 * is missing in it would be lost without a word, so that coverage is checked at every start.
 */
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private record Options(boolean allOperations, boolean viaRoot) {}

    private final SourceConnection source;
    private final String name;

    Publication(SourceConnection source, String name) {
        this.source = source;
        this.name = name;
    }

    /** @throws ShardStartException if it does not cover the tables and the user may not mend it */
    void createOrVerify(Collection<SourceTableInfo> captured) throws SQLException {
        Set<TableName> tables = new TreeSet<>();
        captured.forEach(table -> tables.add(table.name()));
        List<Options> found = source.query(
                "select pubinsert and pubupdate and pubdelete and pubtruncate, pubviaroot"
                        + " from pg_publication where pubname = ?",
                row -> new Options(row.getBoolean(1), row.getBoolean(2)),
                name);
        if (found.isEmpty()) {
            run("CREATE PUBLICATION " + quoted(name) + " FOR TABLE " + list(tables)
                    + " WITH (publish_via_partition_root = true)");
            LOG.info("[{}] created publication '{}' for {}", source.shard().id(), name, tables);
            return;
        }
        if (!found.get(0).allOperations()) {
            run("ALTER PUBLICATION " + quoted(name) + " SET (publish = 'insert, update, delete, truncate')");
        }
        if (!found.get(0).viaRoot() && captured.stream().anyMatch(SourceTableInfo::partitioned)) {
            // Otherwise changes come under the names of the partitions, which nobody captures.
            run("ALTER PUBLICATION " + quoted(name) + " SET (publish_via_partition_root = true)");
        }
        refuseParts(tables);
        Set<TableName> missing = new TreeSet<>(tables);
        missing.removeAll(published());
        if (!missing.isEmpty()) {
            run("ALTER PUBLICATION " + quoted(name) + " ADD TABLE " + list(missing));
            LOG.info("[{}] added {} to publication '{}'", source.shard().id(), missing, name);
        }
    }

    /** Row filters and column lists leave changes and values out without a word. */
    private void refuseParts(Set<TableName> tables) throws SQLException {
        Set<TableName> inPart = new TreeSet<>(source.query(
                "select n.nspname, c.relname from pg_publication p join pg_publication_rel r on r.prpubid = p.oid"
                        + " join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace"
                        + " where p.pubname = ? and (r.prqual is not null or r.prattrs is not null)",
                row -> new TableName(row.getString(1), row.getString(2)),
                name));
        inPart.retainAll(tables);
        if (!inPart.isEmpty()) {
            throw new ShardStartException(
                    source.shard().id().name(),
                    "publication '" + name + "' publishes only some rows or columns of " + inPart
                            + ", so that changes would be missing; publish these tables without WHERE and without a column list");
        }
    }

    private Set<TableName> published() throws SQLException {
        return new HashSet<>(source.query(
                "select schemaname, tablename from pg_publication_tables where pubname = ?",
                row -> new TableName(row.getString(1), row.getString(2)),
                name));
    }

    private void run(String sql) throws SQLException {
        try {
            source.execute(sql);
        } catch (SQLException e) {
            if (!"42501".equals(e.getSQLState())) {
                throw e;
            }
            throw new ShardStartException(
                    source.shard().id().name(),
                    "publication '" + name + "' does not publish every captured table and user '"
                            + source.shard().user() + "' may not change that; let the owner of the tables run: " + sql,
                    e);
        }
    }

    private static String list(Collection<TableName> tables) {
        return tables.stream()
                .sorted()
                .map(table -> quoted(table.schema()) + "." + quoted(table.name()))
                .collect(Collectors.joining(", "));
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
