package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One target's session in one engine run, and what of a delivery belongs to it: its tables, beyond its own position. */
public final class Session {
    private final Target target;
    private final TargetSession session;
    private final Set<TableName> tables;
    private final Map<TableName, Map<String, Set<String>>> fills;
    private final RereadColumns rereads;
    private final Set<TableName> truncated = new HashSet<>();

    public Session(Target target, TargetSession session) {
        this.target = target;
        this.session = session;
        this.tables = target.tables().stream().map(SourceTable::name).collect(Collectors.toUnmodifiableSet());
        this.fills = tables.stream().collect(Collectors.toUnmodifiableMap(table -> table, target::fills));
        this.rereads = new RereadColumns(target.tables());
    }

    public String name() {
        return target.name();
    }

    public Set<TableName> tables() {
        return tables;
    }

    /** What a first load of each of its tables fills. */
    public Map<TableName, Map<String, Set<String>>> fills() {
        return fills;
    }

    public TargetSession target() {
        return session;
    }

    /** The session, if it can put changes aside. */
    public Optional<ParkingSession> parking() {
        return session instanceof ParkingSession parking ? Optional.of(parking) : Optional.empty();
    }

    /** What becomes of changes that a projection fails at. */
    FailurePolicy policy(String projection, FailurePolicy otherwise) {
        return target.failurePolicy(projection).orElse(otherwise);
    }

    /** What its projections want read again at the source. */
    RereadColumns rereads() {
        return rereads;
    }

    /** Whether the target's data may be lost and are loaded again then. */
    public boolean repairsItself() {
        return target.repairsItself();
    }

    /**
     * Where the target stands; it was given a first offset before the engine started.
     *
     * @throws OffsetLostException if it has none any more
     */
    public Offset offset() {
        return session.offset()
                .orElseThrow(() -> new OffsetLostException("target '" + name()
                        + "' has no offset any more: was it emptied, or restarted without its data?"));
    }

    /** The offset of the target that is furthest behind: an engine may be started from its boundary. */
    public static Offset furthestBehind(List<Session> sessions) {
        return sessions.stream()
                .map(Session::offset)
                .min(Comparator.comparing(Offset::position))
                .orElseThrow(() -> new IllegalStateException("a pipeline has at least one target"));
    }

    ChangeBatch select(Delivery delivery) {
        Offset offset = offset();
        List<Change<Row>> changes = delivery.changes();
        List<Change<Row>> mine = new ArrayList<>(changes.size());
        for (Change<Row> change : changes) {
            if (isNew(change, offset)) {
                mine.add(change);
                if (change.operation() == Operation.TRUNCATE) {
                    truncated.add(change.table());
                }
            }
        }
        return mine.isEmpty() ? ChangeBatch.empty() : new ChangeBatch(mine);
    }

    /**
     * Debezium keeps the rows of a chunk that it read before a TRUNCATE, and hands them over after it. Every row that the table
     * has since then comes by the stream, so that none read by the load is needed after a TRUNCATE that is new here. One that the
     * target has already was before this run, and before its chunks.
     */
    private boolean isNew(Change<Row> change, Offset offset) {
        if (!tables.contains(change.table())) {
            return false;
        }
        return change.operation() == Operation.READ
                ? offset.load().wants(change.table()) && !truncated.contains(change.table())
                : change.position().compareTo(offset.position()) > 0;
    }

    /** Where the target stands when the delivery is applied; never before where it stands now. */
    Offset next(Delivery delivery) {
        Offset offset = offset();
        boolean forward = delivery.position().compareTo(offset.position()) > 0;
        return new Offset(
                forward ? delivery.boundary() : offset.boundary(),
                Position.max(delivery.position(), offset.position()),
                nextLoad(offset.load(), delivery));
    }

    private static LoadState nextLoad(LoadState load, Delivery delivery) {
        if (load.progress() == null && load.pending().isEmpty()) {
            return load;
        }
        LoadMark mark = delivery.load();
        LoadState advanced =
                load.advance(mark == null ? null : mark.text(), delivery.loadStep(), delivery.loadResults());
        return advanced.pending().isEmpty()
                ? advanced.advance(null, delivery.loadStep(), delivery.loadResults())
                : advanced;
    }
}
