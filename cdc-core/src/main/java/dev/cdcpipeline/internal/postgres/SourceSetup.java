package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.SchemaDrift;
import dev.cdcpipeline.internal.dispatch.BoundaryFormat;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.preflight.Severity;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks a source and makes what is missing there, in the order in which it can be trusted: server, tables, publication, slot. */
public final class SourceSetup {
    private final SourceConnection source;
    private final ServerInfo server;
    private final Map<TableName, SourceTableInfo> tables;

    private SourceSetup(SourceConnection source, ServerInfo server, Map<TableName, SourceTableInfo> tables) {
        this.source = source;
        this.server = server;
        this.tables = tables;
    }

    /**
     * Checks the server, and that every record fits its table. Changes nothing. Where a slot is there, what must be loaded is for
     * the targets' offsets to say, and whether it can be is for {@link #unreadable}.
     *
     * @param slotName of the shard's slot, which may be still to be made
     * @throws PreflightException with everything that is wrong
     * @throws dev.cdcpipeline.failure.ShardStartException if the server does not answer
     */
    public static SourceSetup check(SourceConnection source, Collection<SourceTable<?>> wanted, String slotName) {
        return source.answer(() -> {
            ServerInfo server = ServerInfo.read(source);
            Optional<ReplicationSlot.State> slot = new ReplicationSlot(source, slotName).state();
            TableCheck check = new TableCheck(source, slot.isEmpty()).run(wanted);
            List<Finding> findings = new ArrayList<>(server.findings(source.shard()));
            findings.addAll(server.shortages(
                    source.shard(),
                    slot.isPresent(),
                    slot.map(ReplicationSlot.State::active).orElse(false)));
            findings.addAll(check.findings());
            findings.removeIf(finding -> finding.severity() == Severity.WARNING); // the inspection says them again
            if (!findings.isEmpty()) {
                throw new PreflightException(source.shardName(), findings, misfit(findings));
            }
            return new SourceSetup(source, server, check.tables());
        });
    }

    /** Tables of which some projection needs whole rows as they were. */
    static Set<TableName> neededInFull(Collection<SourceTable<?>> wanted) {
        return wanted.stream()
                .filter(SourceTable::requiresFullIdentity)
                .map(SourceTable::name)
                .collect(Collectors.toSet());
    }

    private static @Nullable SchemaDrift misfit(List<Finding> findings) {
        String text = findings.stream()
                .filter(finding -> finding.kind() == FindingKind.TABLE)
                .map(Finding::text)
                .collect(Collectors.joining("; "));
        return text.isEmpty() ? null : new SchemaDrift(text);
    }

    /** The captured tables, as they really are. */
    public Map<TableName, SourceTableInfo> tables() {
        return tables;
    }

    /** The number of each of them; one that was dropped and created again has another. */
    public Map<TableName, Long> relations() {
        return tables.values().stream().collect(Collectors.toMap(SourceTableInfo::name, SourceTableInfo::oid));
    }

    /**
     * Makes or widens the publication so that it covers every captured table.
     *
     * @param capturedBefore tables that an earlier run captured, and that are the same relations still
     * @throws PreflightException if it lacked something of these, so that changes may be lost; or if it cannot be mended
     */
    public void publish(String name, Set<TableName> capturedBefore) {
        source.answer(() -> done(() -> new Publication(source, name).createOrVerify(tables.values(), capturedBefore)));
    }

    /**
     * The same without asking what was lost, for {@link dev.cdcpipeline.shard.GapPolicy#RELOAD}.
     *
     * @throws PreflightException if it cannot be mended
     */
    public void mendPublication(String name) {
        source.answer(() -> done(() -> new Publication(source, name).mend(tables.values())));
    }

    /** Why the rows of a captured table cannot be read in chunks beside the stream; empty if they can. */
    public Optional<String> unreadable(TableName table) {
        return TableCheck.unreadableInChunks(tables.get(table));
    }

    /** What makes and checks the slot. */
    public SlotSetup slot(
            String slotName, OffsetStore store, String pipeline, Epoch epoch, BoundaryFormat boundaryFormat) {
        return new SlotSetup(source, server, slotName, store, pipeline, epoch, boundaryFormat);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws SQLException;
    }

    private static boolean done(Step step) throws SQLException {
        step.run();
        return true;
    }
}
