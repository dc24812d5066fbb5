package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.decode.CapturedTables;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.internal.postgres.SourceTableInfo;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a shard ready for an engine: checks the source, claims the shard, opens the targets, makes or checks publication and
 * slot, and gives every target an offset. It claims before it reads any offset, so that an older owner cannot move one after.
 */
final class ShardPreparation {
    private static final Logger LOG = LoggerFactory.getLogger(ShardPreparation.class);

    private final PostgresShard shard;
    private final ShardNames names;
    private final PipelineSettings settings;
    private final ShardMonitor monitor;
    private volatile @Nullable SourceConnection source;
    private volatile boolean aborted;
    private @Nullable Epoch epoch;

    ShardPreparation(PostgresShard shard, ShardNames names, PipelineSettings settings, ShardMonitor monitor) {
        this.shard = shard;
        this.names = names;
        this.settings = settings;
        this.monitor = monitor;
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
     * @throws ShardStartException naming the shard, what is wrong, and the remedy
     * @throws InterruptedException if the shard must stop
     */
    PreparedShard prepare() throws InterruptedException {
        List<Session> sessions = new ArrayList<>();
        try (SourceConnection connection = SourceConnection.open(shard)) {
            register(connection);
            SourceSetup setup = SourceSetup.check(connection, sourceTables(), names.slot());
            setup.tables().values().forEach(table -> monitor.estimated(table.name(), table.estimatedRows()));
            setup.publish(names.publication(), Set.of());
            Epoch claimed = claim();
            for (Target target : settings.targets()) {
                sessions.add(new Session(target, target.open(context(claimed, setup))));
            }
            SlotRecord slot = setup.slot(
                            names.slot(), settings.offsets(), settings.pipeline(), claimed, BoundaryText::of)
                    .createOrVerify(boundary(sessions));
            giveOffsets(sessions, slot);
            sessions.forEach(session ->
                    monitor.loads(session.name(), session.offset().load().tables()));
            return new PreparedShard(columns(setup), List.copyOf(sessions), LoadPlan.of(sessions));
        } catch (InterruptedException | RuntimeException e) {
            sessions.forEach(session -> session.target().close());
            throw e;
        } finally {
            source = null;
        }
    }

    /** Once for the life of this process: a later engine that claimed anew would take the shard back from a newer owner. */
    private Epoch claim() {
        if (epoch == null) {
            epoch = settings.offsets()
                    .leases()
                    .acquire(settings.pipeline(), shard.id(), settings.owner(), Duration.ofSeconds(10))
                    .epoch();
        }
        return epoch;
    }

    private void register(SourceConnection connection) throws InterruptedException {
        source = connection;
        if (aborted) {
            throw new InterruptedException("stopped while it connected to the source");
        }
    }

    /** Makes a {@link #prepare()} that waits for the source fail at once, and any later one too. */
    void abort() {
        aborted = true;
        SourceConnection connection = source;
        if (connection != null) {
            connection.abort();
        }
    }

    private List<SourceTable<?>> sourceTables() {
        return settings.targets().stream()
                .<SourceTable<?>>flatMap(target -> target.tables().stream())
                .toList();
    }

    private TargetContext context(Epoch epoch, SourceSetup setup) {
        Map<TableName, List<String>> keys =
                setup.tables().values().stream().collect(Collectors.toMap(SourceTableInfo::name, SourceTableInfo::key));
        return new TargetContext(settings.pipeline(), shard.id(), settings.shards(), epoch, keys);
    }

    private CapturedTables columns(SourceSetup setup) {
        Map<TableName, Set<String>> columns = new TreeMap<>();
        for (SourceTable<?> table : sourceTables()) {
            columns.computeIfAbsent(table.name(), name -> new TreeSet<>())
                    .addAll(table.columns().stream().map(RecordColumn::column).toList());
            columns.get(table.name()).addAll(setup.tables().get(table.name()).key());
        }
        return new CapturedTables(
                columns,
                names(setup, table -> table.replicaIdentity().equals("i")),
                names(setup, SourceTableInfo::hasFullIdentity));
    }

    private static Set<TableName> names(SourceSetup setup, Predicate<SourceTableInfo> which) {
        return setup.tables().values().stream()
                .filter(which)
                .map(SourceTableInfo::name)
                .collect(Collectors.toSet());
    }

    private void giveOffsets(List<Session> sessions, SlotRecord slot) {
        Optional<Offset> behind = sessions.stream()
                .flatMap(session -> session.target().offset().stream())
                .min(Comparator.comparing(Offset::position));
        for (Session session : sessions) {
            Optional<Offset> known = session.target().offset();
            Offset offset = known.orElseGet(() -> firstOffset(behind, slot));
            Offset wanted = offset.withLoad(offset.load()
                    .wanting(
                            session.fills(),
                            shard.firstLoad() == FirstLoad.NONE ? TableLoad.SKIPPED : TableLoad.PENDING));
            if (known.isPresent()
                    && wanted.load().unread().size() > offset.load().unread().size()) {
                LOG.warn(
                        "[{}] target '{}' is to load {}, because it wants more of them than before; what was deleted at the source"
                                + " while a table was not captured stays in a view that is not empty",
                        shard.id(),
                        session.name(),
                        wanted.load().unread());
            }
            if (known.isEmpty() || !wanted.equals(offset)) {
                session.target().apply(ChangeBatch.empty(), wanted);
            }
        }
    }

    /** A target that is new begins where the furthest of the others is, or at the slot's own beginning. */
    private Offset firstOffset(Optional<Offset> behind, SlotRecord slot) {
        if (behind.isPresent()) {
            long lsn = behind.get().position().base();
            return new Offset(behind.get().boundary(), Position.boundary(lsn), LoadState.none());
        }
        if (slot.boundary() == null || slot.position() == null) {
            throw new ShardStartException(
                    shard.id().name(), "slot '" + names.slot() + "' has no boundary; start again");
        }
        return new Offset(slot.boundary(), slot.position(), LoadState.none());
    }

    private static OptionalLong boundary(List<Session> sessions) {
        return sessions.stream()
                .flatMap(session -> session.target().offset().stream())
                .map(Offset::position)
                .min(Comparator.naturalOrder())
                .map(position -> OptionalLong.of(position.base()))
                .orElse(OptionalLong.empty());
    }
}
