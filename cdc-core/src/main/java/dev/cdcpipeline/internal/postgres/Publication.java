package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publication of a shard: made or widened when the user may do so, otherwise the statement to run is said. A table that
 * is missing in it would be lost without a word, so that coverage is checked at every start.
 *
 * <p>pgoutput decodes with the publication as it was at each place in the WAL: mending it does not bring back what was written
 * before.
 */
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);
    private static final String PUBLISH_WHOLE = "publish these tables without WHERE and without a column list";

    private final SourceConnection source;
    private final String name;

    Publication(SourceConnection source, String name) {
        this.source = source;
        this.name = name;
    }

    /**
     * Makes it or widens it, unless changes may have been lost by what it lacks.
     *
     * @param capturedBefore tables that were captured in an earlier run, and that are the same relations still
     * @throws PreflightException if it lacked something that was captured before, or the user may not mend it
     */
    void createOrVerify(Collection<SourceTableInfo> captured, Set<TableName> capturedBefore) throws SQLException {
        Set<TableName> before = names(captured);
        before.retainAll(capturedBefore);
        if (!before.isEmpty()) {
            Optional<Finding> gap = gap(PublicationState.read(source, name), before);
            if (gap.isPresent()) {
                awaitNewRelations(captured);
                throw refusal(gap.get(), null);
            }
        }
        mend(captured);
    }

    /** A table that was dropped since it was looked at has left the publication by that, and its rows are loaded anew anyway. */
    private void awaitNewRelations(Collection<SourceTableInfo> captured) throws SQLException {
        Map<TableName, TableState> now = TableState.read(source, names(captured));
        for (SourceTableInfo table : captured) {
            TableState state = now.get(table.name());
            if (state == null || state.table().oid() != table.oid()) {
                throw refusal(TableCheck.recreated(source.shardName(), table.name()), null);
            }
        }
    }

    /**
     * Makes it or widens it.
     *
     * @throws PreflightException if the user may not, or it leaves out rows or columns
     */
    void mend(Collection<SourceTableInfo> captured) throws SQLException {
        Set<TableName> tables = names(captured);
        PublicationState state = PublicationState.read(source, name);
        Set<TableName> inPart = state.inPart(tables);
        if (!inPart.isEmpty()) {
            throw refusal(Finding.of(FindingKind.PUBLICATION, source.shardName(), parts(inPart), PUBLISH_WHOLE), null);
        }
        List<String> statements = new ArrayList<>(statements(state, tables));
        if (!state.generated() && captured.stream().anyMatch(SourceTableInfo::streamsGenerated)) {
            statements.add("ALTER PUBLICATION " + Sql.quoted(name) + " SET (publish_generated_columns = stored)");
        }
        for (String statement : statements) {
            run(statement);
            LOG.info("[{}] {}", source.shard().id(), statement);
        }
        if (state.allTables() && !state.missing(tables).isEmpty()) {
            awaitNewRelations(captured); // it has every table that is there
        }
        refuseWhatComesUnderAnotherName(tables);
    }

    /** Added or not, a partition comes under the name of a parent that is published too. */
    private void refuseWhatComesUnderAnotherName(Set<TableName> tables) throws SQLException {
        Set<TableName> missing = PublicationState.read(source, name).missing(tables);
        if (!missing.isEmpty()) {
            throw refusal(
                    Finding.of(
                            FindingKind.PUBLICATION,
                            source.shardName(),
                            "publication '" + name + "' publishes changes of " + missing
                                    + " under the name of the table that it is a partition of",
                            "capture that table, or use a publication that does not have it"),
                    null);
        }
    }

    /** What it leaves out of tables that are captured: each such change is lost for good. */
    Optional<Finding> gap(PublicationState state, Set<TableName> tables) {
        Set<TableName> missing = state.missing(tables);
        Set<TableName> inPart = state.inPart(tables);
        List<String> lacks = new ArrayList<>();
        if (!state.exists()) {
            lacks.add("publication '" + name + "' does not exist");
        } else if (!missing.isEmpty()) {
            lacks.add("publication '" + name + "' does not publish " + missing);
        }
        if (state.exists() && !state.allOperations()) {
            lacks.add("publication '" + name + "' does not publish every operation");
        }
        if (!inPart.isEmpty()) {
            lacks.add(parts(inPart));
        }
        if (lacks.isEmpty()) {
            return Optional.empty();
        }
        List<String> remedies = new ArrayList<>();
        statements(state, tables).forEach(statement -> remedies.add("run " + statement));
        if (!inPart.isEmpty()) {
            remedies.add(PUBLISH_WHOLE);
        }
        Set<TableName> affected = new TreeSet<>(state.allOperations() ? missing : tables);
        affected.addAll(inPart);
        remedies.add("then restart the shard, which says that you see to it, and load " + affected
                + " anew (backfill, or docs/operations.md)");
        return Optional.of(Finding.of(
                FindingKind.PUBLICATION_GAP,
                source.shardName(),
                String.join(", and ", lacks)
                        + ", although this shard captures it already: what changed meanwhile is lost",
                String.join("; ", remedies)));
    }

    /** What makes it right by adding to it. */
    private List<String> statements(PublicationState state, Set<TableName> tables) {
        if (!state.exists()) {
            return List.of("CREATE PUBLICATION " + Sql.quoted(name) + " FOR TABLE " + Sql.list(tables)
                    + " WITH (publish_via_partition_root = true)");
        }
        List<String> statements = new ArrayList<>();
        if (!state.allOperations()) {
            statements.add(
                    "ALTER PUBLICATION " + Sql.quoted(name) + " SET (publish = 'insert, update, delete, truncate')");
        }
        Set<TableName> missing = state.missing(tables);
        if (!missing.isEmpty() && !state.allTables()) {
            statements.add("ALTER PUBLICATION " + Sql.quoted(name) + " ADD TABLE " + Sql.list(missing));
        }
        return statements;
    }

    /** Row filters and column lists leave changes and values out without a word. */
    private String parts(Set<TableName> inPart) {
        return "publication '" + name + "' publishes only some rows or columns of " + inPart
                + ", so that changes would be missing";
    }

    private static Set<TableName> names(Collection<SourceTableInfo> tables) {
        return tables.stream().map(SourceTableInfo::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private void run(String sql) throws SQLException {
        try {
            source.execute(sql);
        } catch (SQLException e) {
            if (!"42501".equals(e.getSQLState())) {
                throw e;
            }
            Finding finding = Finding.of(
                    FindingKind.PUBLICATION,
                    source.shardName(),
                    "publication '" + name + "' does not publish every captured table and user '"
                            + source.shard().user() + "' may not change that",
                    "let the owner of the tables run: " + sql);
            throw refusal(finding, e);
        }
    }

    private PreflightException refusal(Finding finding, @Nullable SQLException cause) {
        return new PreflightException(source.shardName(), List.of(finding), cause);
    }
}
