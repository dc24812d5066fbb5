package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.SchemaDrift;
import dev.cdcpipeline.offset.LoadKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link MirrorProjection} at work for one shard: hands each stretch of changes of one shape to what writes that shape. What is
 * kept in fields is looked up again after each transaction that changed it, because that may have been rolled back.
 */
final class MirrorWriter implements ShardProjection {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorWriter.class);
    /** A value that does not fit, a cast that does not exist. */
    private static final List<String> DOES_NOT_FIT = List.of("22", "23514", "42804", "42846");

    /** Far more than one shape has. */
    private static final int MAX_LAYOUTS = 1_000;

    private final String who;
    private final TableName source;
    private final TableDefinition definition;
    private final MirrorWriters writers;
    private final ShapeNote note;
    private @Nullable MirrorShape shape;
    private @Nullable ShardProjection writer;
    /** Layouts, by identity, that are known to be of the shape; each partition of a table may have its own. */
    private final Set<RowLayout> known = Collections.newSetFromMap(new IdentityHashMap<>());

    /** No row of an earlier shape is there. */
    private boolean empty;

    /** Whether the last change came without a key. */
    private boolean keyless;

    /** The columns that the source has got since some of the rows were written; they matter where there is no key. */
    private Set<String> added = Set.of();

    private boolean outdated;
    private boolean asksForLoad;
    private boolean stale;

    /** @param definition the source as its catalog has it now; the rows that come first may be older */
    MirrorWriter(String who, TableDefinition definition, MirrorWriters writers, ShapeNote note) {
        this.who = who;
        this.source = definition.name();
        this.definition = definition;
        this.writers = writers;
        this.note = note;
    }

    /**
     * Begins with what is noted, and takes the shape that the source has now.
     *
     * @param isNew whether the mirror has just been made
     */
    void open(Handle handle, boolean isNew) throws SQLException {
        Connection connection = handle.getConnection();
        reread(connection);
        if (isNew && !empty) {
            LOG.warn("{}: the mirror was gone and has been made again, empty", who);
            outdated = true;
        }
        MirrorShape relevant = writers.relevant(MirrorShape.of(definition));
        if (shape != null) {
            relevant = relevant.beside(shape); // until rows come that are of it: older ones may come first
        }
        if (shape == null || !shape.isSame(relevant)) {
            turnTo(handle, relevant);
        } else {
            writers.fit(connection, shape, null);
            writer = writers.writer(shape, added);
        }
        boolean cannotBeLoaded = outdated && !definition.loadable();
        if (cannotBeLoaded) {
            warnOfOldRows();
            outdated = false;
        }
        asksForLoad = outdated;
        if (isNew || cannotBeLoaded) {
            note.write(connection, new ShapeNote.Noted(shape, outdated, added));
        }
    }

    private void reread(Connection connection) throws SQLException {
        writers.reread(connection);
        ShapeNote.Noted noted = note.read(connection);
        empty = noted.shape() == null;
        outdated = noted.outdated();
        added = noted.added();
        if (noted.shape() != null) {
            shape = noted.shape();
        } else if (shape != null) {
            writers.fit(connection, shape, null);
        }
        writer = null;
        known.clear();
        stale = false;
    }

    @Override
    public void apply(ProjectionBatch batch, Handle handle) throws SQLException {
        if (stale) {
            reread(handle.getConnection());
        }
        asksForLoad = false;
        List<Change<Row>> changes = batch.changes();
        int from = 0;
        for (int i = 0; i < changes.size(); i++) {
            Change<Row> change = changes.get(i);
            if (change.operation() == Operation.TRUNCATE) {
                write(batch, from, i + 1, handle);
                from = i + 1;
                holdsEveryColumn(handle);
                empty = true; // until the batch ends; the note keeps the shape, of which the mirror's columns still are
                stale = true;
            } else if (isOfAnotherShape(change)) {
                int first = i > from && isMove(changes.get(i - 1), change) ? i - 1 : i;
                write(batch, from, first, handle);
                from = first;
                take(change, handle);
            }
        }
        write(batch, from, changes.size(), handle);
    }

    /** Whether it must be looked at more closely; the layouts of a table are the same objects until it is altered. */
    private boolean isOfAnotherShape(Change<Row> change) {
        Row row = rowOf(change);
        Row key = change.key();
        return writer == null
                || empty
                || row != null && !known.contains(row.layout())
                || (key == null ? !keyless : !known.contains(key.layout()));
    }

    private static @Nullable Row rowOf(Change<Row> change) {
        Row after = change.after();
        return after == null ? change.before() : after;
    }

    private static boolean isMove(Change<Row> before, Change<Row> change) {
        return before.operation() == Operation.DELETE && change.previousKey() != null;
    }

    private void take(Change<Row> change, Handle handle) throws SQLException {
        Row row = rowOf(change);
        Row key = change.key();
        MirrorShape next;
        if (row != null) {
            next = writers.relevant(MirrorShape.of(row.layout(), key));
        } else {
            next = writers.relevant(Objects.requireNonNull(shape).withKey(key));
        }
        if (shape == null || empty && row != null || !shape.isSame(next)) {
            turnTo(handle, next);
        } else if (writer == null) {
            writer = writers.writer(shape, added);
        }
        if (known.size() > MAX_LAYOUTS) {
            known.clear();
        }
        if (row != null) {
            known.add(row.layout());
        }
        if (key != null) {
            known.add(key.layout());
        }
        keyless = key == null;
    }

    /** Goes on with rows of another shape. */
    private void turnTo(Handle handle, MirrorShape next) throws SQLException {
        Connection connection = handle.getConnection();
        stale = true;
        boolean incomplete = !empty && shape != null && !next.isOnlyNarrowerThan(shape);
        if (incomplete) {
            forgetLoad(handle);
        }
        added = addedBy(next);
        writers.fit(connection, next, shape);
        writer = writers.writer(next, added);
        if (incomplete) {
            LOG.info("{}: the source was altered, from {} to {}", who, shape, next);
            if (!canBeLoaded(next)) {
                warnOfOldRows();
            } else {
                outdated = true;
                asksForLoad = true;
                forgetLoad(handle);
            }
        }
        shape = next;
        known.clear();
        empty = false;
        note.write(connection, new ShapeNote.Noted(next, outdated, added));
    }

    private Set<String> addedBy(MirrorShape next) {
        if (empty || shape == null) {
            return Set.of();
        }
        Set<String> all = new HashSet<>(next.columns().keySet());
        all.removeAll(shape.columns().keySet());
        all.addAll(added);
        return Set.copyOf(all);
    }

    /** No row is left that was written before the source got its columns. */
    private void holdsEveryColumn(Handle handle) throws SQLException {
        if (!added.isEmpty()) {
            stale = true;
            added = Set.of();
            writer = null;
            note.write(handle.getConnection(), new ShapeNote.Noted(shape, outdated, added));
        }
    }

    /** What the catalog said counts for the key that it had. */
    private boolean canBeLoaded(MirrorShape rows) {
        MirrorShape known = MirrorShape.of(definition);
        return !rows.key().isEmpty()
                && (definition.loadable()
                        || !rows.hasSameKey(known)
                        || rows.key().stream()
                                .anyMatch(column -> !Objects.equals(
                                        rows.columns().get(column),
                                        known.columns().get(column))));
    }

    private void warnOfOldRows() {
        LOG.warn(
                "{}: rows that have not come since keep what they hold, because a table without a key, or with one that cannot"
                        + " be read in chunks, cannot be loaded again beside the stream",
                who);
    }

    /** Rows that came before do not count for the load that is asked for. */
    private void forgetLoad(Handle handle) throws SQLException {
        if (writer != null) {
            writer.loadIsLeft(source, LoadKind.REPLACE, handle);
        }
    }

    private void write(ProjectionBatch batch, int from, int to, Handle handle) throws SQLException {
        if (from == to) {
            return;
        }
        try {
            Map<TableName, LoadKind> loading = asksForLoad ? Map.of(source, LoadKind.REPLACE) : batch.loading();
            writer().apply(new ProjectionBatch(batch.changes().subList(from, to), loading), handle);
        } catch (SQLException e) {
            stale = true; // somebody may put the mirror right before the next try
            Map<String, String> other = writers.otherTypes(Objects.requireNonNull(shape));
            String state = String.valueOf(e.getSQLState());
            if (!other.isEmpty() && DOES_NOT_FIT.stream().anyMatch(state::startsWith)) {
                throw new SchemaDrift(
                        who + ": a value does not fit the mirror, whose columns are of other types than the source's "
                                + shape + ": " + e.getMessage() + "; " + String.join("; ", other.values()),
                        e);
            }
            throw e;
        }
    }

    private ShardProjection current(Handle handle) throws SQLException {
        if (stale) {
            reread(handle.getConnection());
        }
        return writer();
    }

    private ShardProjection writer() {
        if (writer == null) {
            writer = writers.writer(Objects.requireNonNull(shape, "no shape yet"), added);
        }
        return writer;
    }

    /** What it has written since some point may have been rolled back. */
    void lookAgain() {
        stale = true;
    }

    /** Whether its rows are known by no key, so that a load begins by deleting them. */
    boolean isKeyless() {
        return shape != null && shape.key().isEmpty();
    }

    /** Whether the last batch, or the opening, has found that the mirror must be loaded again. */
    boolean asksForLoad() {
        return asksForLoad;
    }

    /** A load that reads every row is about to begin. */
    void loadsAnew(Handle handle) throws SQLException {
        loadBegins(source, LoadKind.REPLACE, handle);
        settle(handle);
    }

    private void settle(Handle handle) throws SQLException {
        stale = true;
        outdated = false;
        note.write(handle.getConnection(), new ShapeNote.Noted(shape, false, added));
    }

    @Override
    public void loadBegins(TableName table, LoadKind load, Handle handle) throws SQLException {
        current(handle).loadBegins(table, load, handle);
        if (shape != null && shape.key().isEmpty()) {
            holdsEveryColumn(handle); // it has deleted all rows
        }
    }

    @Override
    public void loadEnds(TableName table, LoadKind load, Handle handle) throws SQLException {
        current(handle).loadEnds(table, load, handle);
        if (shape != null && !shape.key().isEmpty()) {
            holdsEveryColumn(handle);
        }
    }

    @Override
    public void loadIsLeft(TableName table, LoadKind load, Handle handle) throws SQLException {
        current(handle).loadIsLeft(table, load, handle);
    }

    @Override
    public void keep(List<Change<Row>> waiting, LoadKind load, Handle handle) throws SQLException {
        current(handle).keep(waiting, load, handle);
    }

    /** The source was altered while the load ran: what it read before does not count. */
    @Override
    public boolean lacksRows(TableName table, Handle handle) throws SQLException {
        ShardProjection current = current(handle);
        if (!outdated) {
            return current.lacksRows(table, handle);
        }
        current.loadIsLeft(table, LoadKind.REPLACE, handle);
        settle(handle);
        return true;
    }
}
