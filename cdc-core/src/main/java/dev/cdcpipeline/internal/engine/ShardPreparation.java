package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.ColumnDefinition;
import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.decode.StoredRows;
import dev.cdcpipeline.internal.dispatch.HomeParkedSession;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.postgres.PartitionRoots;
import dev.cdcpipeline.internal.postgres.SlotSetup;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.internal.postgres.SourceInspection;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.internal.postgres.SourceTableInfo;
import dev.cdcpipeline.internal.postgres.SourceTypes;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.Relations;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gets a shard ready for an engine: checks the source, opens the targets with the lease's epoch, makes or checks publication and
 * slot, and gives every target an offset. The epoch is claimed before any offset is read, so that an older owner cannot move one
 * after.
 */
final class ShardPreparation {
    private final PostgresShard shard;
    private final ShardNames names;
    private final PipelineSettings settings;
    private final ShardMonitor monitor;
    private final ShardBackfills backfills;
    private final GapMemory gaps;
    private final RecreatedTables recreated;
    private volatile Map<TableName, SourceTableInfo> tables = Map.of();
    private volatile @Nullable SourceConnection source;
    private volatile @Nullable SlotRecord slot;
    private volatile @Nullable SourceTypes storedTypes;
    private volatile boolean aborted;

    ShardPreparation(
            PostgresShard shard,
            ShardNames names,
            PipelineSettings settings,
            ShardMonitor monitor,
            ShardBackfills backfills) {
        this.shard = shard;
        this.names = names;
        this.settings = settings;
        this.monitor = monitor;
        this.backfills = backfills;
        this.gaps = new GapMemory(settings.offsets(), settings.pipeline(), shard.id());
        this.recreated = new RecreatedTables(shard.id());
    }

    /**
     * Checks the source and changes nothing, so that a start that must fail disturbs nobody who runs the shard now.
     *
     * @throws ShardStartException naming the shard, what is wrong, and the remedy
     * @throws InterruptedException if the shard must stop
     */
    void check() throws InterruptedException {
        try (SourceConnection connection = SourceConnection.open(shard)) {
            register(connection);
            SourceSetup.check(connection, sourceTables(), names.slot());
        } finally {
            source = null;
        }
    }

    /**
     * @param epoch of the lease that this instance holds
     * @throws ShardStartException naming the shard, what is wrong, and the remedy
     * @throws InterruptedException if the shard must stop
     */
    PreparedShard prepare(Epoch epoch) throws InterruptedException {
        gaps.held();
        try {
            return prepareHeld(epoch);
        } finally {
            gaps.released();
        }
    }

    private PreparedShard prepareHeld(Epoch epoch) throws InterruptedException {
        List<Session> sessions = new ArrayList<>();
        SourceTypes types = new SourceTypes(shard);
        storedTypes = types;
        try (SourceConnection connection = SourceConnection.open(shard)) {
            register(connection);
            SourceSetup setup = SourceSetup.check(connection, sourceTables(), names.slot());
            tables = setup.tables();
            setup.tables().values().forEach(table -> monitor.loads().estimated(table.name(), table.estimatedRows()));
            for (Target target : settings.targets()) {
                sessions.add(open(target, context(target, epoch, setup, types)));
            }
            SlotSetup slots =
                    setup.slot(names.slot(), settings.offsets(), settings.pipeline(), epoch, BoundaryText::of);
            SlotRecord found = new OffsetSetup(
                            shard,
                            names.publication(),
                            monitor,
                            setup,
                            slots,
                            new SourceInspection(connection, names.slot(), names.publication()),
                            sessions,
                            gaps,
                            recreated,
                            epoch)
                    .agree(sourceTables());
            slot = found;
            boolean streams = found.phase() == SlotRecord.Phase.CREATED;
            if (streams) {
                backfills.apply(sessions, setup::unreadable);
            }
            sessions.forEach(session ->
                    monitor.loads().update(session.name(), session.offset().load()));
            sessions.forEach(session -> monitor.letters().opened(session));
            if (streams) {
                sessions.forEach(monitor.repairs()::opened);
            }
            monitor.standsAt(
                    streams ? Session.furthestBehind(sessions).position().base() : -1);
            if (!streams) {
                return new PreparedShard(
                                columns(setup), relations(setup), List.copyOf(sessions), slots.snapshotSlot(found))
                        .with(types::close);
            }
            PreparedShard ready = new PreparedShard(
                            columns(setup), relations(setup), List.copyOf(sessions), LoadPlan.of(sessions))
                    .with(types::close);
            long first = recreated.streamFirstTo();
            return first == 0 ? ready : ready.streamingFirstTo(first);
        } catch (InterruptedException | RuntimeException e) {
            sessions.forEach(session -> session.target().close());
            types.close();
            throw e;
        } finally {
            source = null;
        }
    }

    /** What is known to be lost at the source. */
    GapMemory gaps() {
        return gaps;
    }

    /** What is known of the slot since the last preparation; null before there was one. */
    @Nullable
    SlotRecord slot() {
        return slot;
    }

    /** The captured tables at the last preparation. */
    Map<TableName, SourceTableInfo> tables() {
        return tables;
    }

    private void register(SourceConnection connection) throws InterruptedException {
        source = connection;
        if (aborted) {
            throw new InterruptedException("stopped while it connected to the source");
        }
    }

    /** Makes a {@link #prepare} that waits for the source fail at once, and any later one too. */
    void abort() {
        aborted = true;
        SourceConnection connection = source;
        if (connection != null) {
            connection.abort();
        }
        SourceTypes types = storedTypes;
        if (types != null) {
            types.close();
        }
    }

    List<SourceTable<?>> sourceTables() {
        return settings.targets().stream()
                .<SourceTable<?>>flatMap(target -> target.tables().stream())
                .toList();
    }

    private Session open(Target target, TargetContext context) {
        TargetSession opened = target.open(context);
        return new Session(
                target,
                HomeParkedSession.of(
                        target,
                        opened,
                        context,
                        settings.offsets().deadLetters(),
                        settings.failures().table()));
    }

    private TargetContext context(Target target, Epoch epoch, SourceSetup setup, SourceTypes types) {
        Map<TableName, TableDefinition> tables = setup.tables().values().stream()
                .collect(Collectors.toMap(SourceTableInfo::name, SourceTableInfo::definition));
        return new TargetContext(
                settings.pipeline(),
                shard.id(),
                settings.shards(),
                epoch,
                tables,
                new StoredRows(types),
                settings.failures().table(),
                monitor.letters().listener(target));
    }

    private Relations relations(SourceSetup setup) {
        Set<TableName> captured = setup.tables().keySet();
        return setup.tables().values().stream().anyMatch(SourceTableInfo::partitioned)
                ? PartitionRoots.read(shard, captured)
                : Relations.of(captured);
    }

    private CapturedTables columns(SourceSetup setup) {
        Map<TableName, Set<String>> columns = new TreeMap<>();
        for (SourceTable<?> table : sourceTables()) {
            columns.computeIfAbsent(table.name(), name -> new TreeSet<>())
                    .addAll(table.columns().stream().map(RecordColumn::column).toList());
            columns.get(table.name()).addAll(setup.tables().get(table.name()).key());
        }
        Set<TableName> whole = sourceTables().stream()
                .filter(SourceTable::isWhole)
                .map(SourceTable::name)
                .collect(Collectors.toUnmodifiableSet());
        Map<TableName, Set<String>> indexes = new TreeMap<>();
        Map<TableName, Set<String>> notStreamed = new TreeMap<>();
        for (SourceTableInfo table : setup.tables().values()) {
            if (table.replicaIdentity().equals("i")) {
                indexes.put(table.name(), new LinkedHashSet<>(table.key()));
            }
            notStreamed.put(
                    table.name(),
                    table.definition().columns().stream()
                            .filter(column -> !column.streamed())
                            .map(ColumnDefinition::name)
                            .collect(Collectors.toUnmodifiableSet()));
        }
        return new CapturedTables(columns, whole, indexes, notStreamed);
    }
}
