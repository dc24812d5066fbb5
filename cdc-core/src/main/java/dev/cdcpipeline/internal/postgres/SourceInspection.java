package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.preflight.Severity;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Looks at a source and changes nothing: measures it every second, and finds every few seconds what has gone wrong there, also
 * where the engine itself would go on and lose changes without a word. One thread.
 *
 * <p>An inspection takes five round trips. It remembers each table's REPLICA IDENTITY, so it ought to live as long as an engine.
 */
public final class SourceInspection {
    private static final String STATE =
            "select wal, flush, clock_timestamp(), " + ReplicationSlot.COLUMNS + ", s.slot_name"
                    + " from (select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end::text,"
                    + " case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end::text) w(wal, flush)"
                    + " left join pg_replication_slots s on s.slot_name = ?";

    private final SourceConnection source;
    private final String slotName;
    private final String publicationName;
    private final PartitionWatch partitions;
    private final SlotFindings slots;
    private final Map<TableName, String> identities = new HashMap<>();

    public SourceInspection(SourceConnection source, String slotName, String publicationName) {
        this(source, slotName, publicationName, new PartitionWatch());
    }

    /** @param partitions what is known of the partitions already; it lives longer than an engine */
    public SourceInspection(
            SourceConnection source, String slotName, String publicationName, PartitionWatch partitions) {
        this.source = source;
        this.slotName = slotName;
        this.publicationName = publicationName;
        this.partitions = partitions;
        this.slots = new SlotFindings(source.shard(), slotName);
    }

    /**
     * The source now, in one round trip.
     *
     * @throws ShardStartException if the server does not answer
     */
    public SourceState measure() {
        return source.answer(this::state);
    }

    private SourceState state() throws SQLException {
        return source.queryOne(
                        STATE,
                        row -> new SourceState(
                                Lsn.parse(row.getString(1)),
                                Lsn.parse(row.getString(2)),
                                row.getObject(3, OffsetDateTime.class).toInstant(),
                                row.getString(13) == null
                                        ? Optional.empty()
                                        : Optional.of(ReplicationSlot.read(row, 4))),
                        slotName)
                .orElseThrow();
    }

    /**
     * Everything that is wrong, the worst first.
     *
     * @param wanted the captured tables
     * @param stored what is stored of the slot; nothing is said of a slot that is not made yet
     * @param boundary the stored boundary of the target that is furthest behind. Asked once, after the slot was read and before
     *     the WAL's end is, because both move on under a running engine
     * @param engineRuns whether an engine reads the slot now: then what the publication lacks is lost, and a privilege that is
     *     missing is a warning, because it is only needed to connect
     * @throws ShardStartException if the server does not answer
     */
    public List<Finding> inspect(
            Collection<SourceTable<?>> wanted, SlotRecord stored, LongSupplier boundary, boolean engineRuns) {
        return inspect(wanted, stored, boundary, engineRuns, Map.of());
    }

    /**
     * The same, and which tables are not as the engine was prepared for: other relations, because they were dropped and created
     * again, or with other columns, where all are followed. That a publication lacks such a table comes of that, and is no gap.
     *
     * @param prepared the tables by then
     */
    public List<Finding> inspect(
            Collection<SourceTable<?>> wanted,
            SlotRecord stored,
            LongSupplier boundary,
            boolean engineRuns,
            Map<TableName, SourceTableInfo> prepared) {
        try {
            return source.answer(() -> findings(wanted, stored, boundary, engineRuns, prepared));
        } catch (PreflightException tooOld) {
            return tooOld.findings();
        }
    }

    private List<Finding> findings(
            Collection<SourceTable<?>> wanted,
            SlotRecord stored,
            LongSupplier boundary,
            boolean engineRuns,
            Map<TableName, SourceTableInfo> prepared)
            throws SQLException {
        List<Finding> findings = new ArrayList<>();
        ServerInfo server = ServerInfo.read(source);
        server.findings(source.shard()).forEach(finding -> findings.add(milder(finding, engineRuns)));
        Optional<Finding> other = slots.otherOwner(stored, server.systemIdentifier());
        if (server.standby() || other.isPresent()) {
            other.ifPresent(findings::add);
            return worstFirst(findings);
        }
        if (stored.phase() == SlotRecord.Phase.CREATED) {
            inspectSlot(server, stored, boundary, findings);
        } else if (stored.phase() == SlotRecord.Phase.SNAPSHOT) {
            inspectSnapshotSlot(server, findings);
        }
        inspectTables(wanted, engineRuns, prepared, findings);
        return worstFirst(findings);
    }

    private void inspectSlot(ServerInfo server, SlotRecord stored, LongSupplier boundary, List<Finding> findings)
            throws SQLException {
        Optional<ReplicationSlot.State> slot = state().slot();
        long known = boundary.getAsLong();
        SourceState now = state();
        new Timeline(source)
                .diverged(stored.timeline(), server.timeline(), known)
                .ifPresent(findings::add);
        slots.beyondWal(known, now.flushLsn()).ifPresent(findings::add);
        Optional<Finding> unusable = slots.unusable(slot, known);
        unusable.ifPresent(findings::add);
        if (slot.isPresent() && unusable.isEmpty()) {
            slots.ahead(slot.get(), known).ifPresent(findings::add);
            slots.walAtRisk(slot.get(), known, server.slotWalKeep()).ifPresent(findings::add);
            slots.retained(slot.get(), now.insertLsn()).ifPresent(findings::add);
        }
    }

    /** The connector makes it, and nobody reads it yet: the server may hold back too much for it, or give it up. */
    private void inspectSnapshotSlot(ServerInfo server, List<Finding> findings) throws SQLException {
        SourceState now = state();
        now.slot().ifPresent(slot -> {
            if (slot.isLost()) {
                slots.unusable(now.slot(), slot.confirmedFlush()).ifPresent(findings::add);
            }
            slots.walAtRisk(slot, slot.confirmedFlush(), server.slotWalKeep()).ifPresent(findings::add);
            slots.retained(slot, now.insertLsn()).ifPresent(findings::add);
        });
    }

    private void inspectTables(
            Collection<SourceTable<?>> wanted,
            boolean engineRuns,
            Map<TableName, SourceTableInfo> prepared,
            List<Finding> findings)
            throws SQLException {
        Set<TableName> names = wanted.stream().map(SourceTable::name).collect(Collectors.toCollection(TreeSet::new));
        Set<TableName> inFull = SourceSetup.neededInFull(wanted);
        Set<TableName> whole = wanted.stream()
                .filter(SourceTable::isWhole)
                .map(SourceTable::name)
                .collect(Collectors.toSet());
        // Before the tables: what the publication lacks because a table is dropped right now is seen to be a new table
        // then.
        PublicationState published = PublicationState.read(source, publicationName);
        Map<TableName, TableState> found = TableState.read(source, names);
        Set<TableName> same = new TreeSet<>(found.keySet());
        for (TableName name : names) {
            TableState table = found.get(name);
            if (table == null) {
                findings.add(TableCheck.missing(source.shard(), name));
                continue;
            }
            if (!table.table().selectable()) {
                findings.add(milder(TableCheck.unreadable(source.shard(), name), engineRuns));
            }
            SourceTableInfo before = prepared.get(name);
            if (before != null && before.oid() != table.table().oid()) {
                findings.add(TableCheck.recreated(source.shardName(), name));
                same.remove(name);
                continue;
            }
            String identity = identities.putIfAbsent(name, table.identity());
            findings.addAll(new IdentityCheck(source.shardName()).findings(table, inFull.contains(name)));
            if (engineRuns && identity != null && !identity.equals(table.identity())) {
                findings.add(identityChanged(name));
            }
            if (before != null
                    && whole.contains(name)
                    && !before.columnText().equals(table.table().columns())) {
                findings.add(columnsChanged(name));
            }
        }
        if (engineRuns) {
            new Publication(source, publicationName).gap(published, same).ifPresent(findings::add);
            findings.addAll(partitions.look(source.shardName(), found.values()));
        }
    }

    /** No row tells of it until one is written, and those that are there may have other values by now. */
    private Finding columnsChanged(TableName table) {
        return Finding.of(
                        FindingKind.TABLE,
                        source.shardName(),
                        "columns of table " + table + " changed while the engine runs",
                        "nothing needs to be done: the shard is prepared anew, and what follows the table is loaded again")
                .as(Severity.WAIT);
    }

    private Finding identityChanged(TableName table) {
        return Finding.of(
                        FindingKind.REPLICA_IDENTITY,
                        source.shardName(),
                        "REPLICA IDENTITY or key of table " + table + " changed while the engine runs",
                        "restart the shard, which reads them anew")
                .as(Severity.WAIT);
    }

    private static Finding milder(Finding finding, boolean engineRuns) {
        return engineRuns && finding.kind() == FindingKind.PRIVILEGE ? finding.as(Severity.WARNING) : finding;
    }

    private static List<Finding> worstFirst(List<Finding> findings) {
        return findings.stream()
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }
}
