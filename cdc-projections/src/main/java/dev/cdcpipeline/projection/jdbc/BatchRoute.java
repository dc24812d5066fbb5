package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.jdbc.SqlFailures;
import dev.cdcpipeline.target.LoadStep;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * One projection at work on the batches of a shard. A batch goes through it in one stretch or in several: {@link #begin}, then
 * {@link #pick} and {@link #apply} for each, then {@link #endLoads}.
 */
final class BatchRoute {
    private static final String ABORTED_TRANSACTION = "25P02";

    private interface Work {
        void run() throws SQLException;
    }

    private final String who;
    private final String name;
    private final Set<TableName> tables;
    private final Set<TableName> rereads;
    private final ShardProjection projection;
    /** Whether a stretch of the batch has made it ask for another load. */
    private boolean asked;

    private Map<TableName, LoadKind> loading = Map.of();

    private BatchRoute(
            String who, String name, Set<TableName> tables, Set<TableName> rereads, ShardProjection projection) {
        this.who = who;
        this.name = name;
        this.tables = tables;
        this.rereads = rereads;
        this.projection = projection;
    }

    static BatchRoute open(JdbcProjection projection, Handle handle, ProjectionContext context) throws SQLException {
        Set<TableName> tables =
                projection.tables().stream().map(SourceTable::name).collect(Collectors.toUnmodifiableSet());
        Set<TableName> rereads = projection.tables().stream()
                .filter(SourceTable::rereadsUnchanged)
                .map(SourceTable::name)
                .collect(Collectors.toUnmodifiableSet());
        String who = context.who() + " projection '" + projection.name() + "'";
        return new BatchRoute(who, projection.name(), tables, rereads, projection.prepare(handle, context));
    }

    String name() {
        return name;
    }

    Set<TableName> tables() {
        return tables;
    }

    /** Tells of changes that are parked when the load of their table ends. */
    void keep(List<Change<Row>> waiting, LoadKind load, Handle handle) {
        tell(() -> projection.keep(waiting, load, handle), handle);
    }

    /** Begins a batch, and the loads that begin with it. */
    void begin(LoadStep step, ParkedChanges parked, Handle handle) throws SQLException {
        asked = false;
        loading = loading(step);
        if (!step.mayChangeLoads()) {
            return;
        }
        for (TableName table : tables) {
            step.leaves(table, name).ifPresent(load -> tell(() -> projection.loadIsLeft(table, load, handle), handle));
            Optional<LoadKind> begins = step.begins(table, name);
            if (begins.isPresent()) {
                tell(() -> projection.loadBegins(table, begins.get(), handle), handle);
                if (projection instanceof MirrorWriter mirror && mirror.isKeyless()) {
                    parked.discard(
                            name, table, "a load of the table, which has no key, has begun with an empty mirror");
                }
            }
        }
    }

    /** What is this projection's of a stretch, as it is shown to it: rows read by a load only if the table is loaded for it. */
    List<Change<Row>> pick(List<Change<Row>> stretch, ParkedChanges parked) throws SQLException {
        if (parked.concerns(name)) {
            return new ParkingFilter(this, parked).pick(stretch);
        }
        List<Change<Row>> mine = new ArrayList<>(stretch.size());
        TableName last = null;
        boolean wanted = false;
        boolean loads = false;
        boolean reread = false;
        for (Change<Row> change : stretch) {
            if (change.table() != last) {
                last = change.table();
                wanted = tables.contains(last);
                loads = loading.containsKey(last);
                reread = rereads.contains(last);
            }
            if (wanted && (loads || change.operation() != Operation.READ)) {
                mine.add(reread ? change : change.asSent());
            }
        }
        return mine;
    }

    boolean wants(Change<Row> change) {
        return tables.contains(change.table())
                && (change.operation() != Operation.READ || loading.containsKey(change.table()));
    }

    Change<Row> shown(Change<Row> change) {
        return rereads.contains(change.table()) ? change : change.asSent();
    }

    /** By what a change is kept in order while some are parked. */
    Set<String> orderKeys(Change<Row> change) {
        return projection.orderKeys(change);
    }

    /** Applies what was picked. */
    void apply(List<Change<Row>> picked, Handle handle) {
        if (!picked.isEmpty()) {
            ProjectionBatch batch = new ProjectionBatch(picked, asked ? replacing() : loading);
            run("cannot apply " + picked.size() + " changes", () -> projection.apply(batch, handle), handle);
            asked |= asksForLoad();
        }
    }

    /** Applies changes that were parked, whatever is loaded now. */
    void applyParked(List<Change<Row>> changes, LoadState load, Handle handle) {
        lookAgain();
        loading = new HashMap<>();
        tables.forEach(table -> load.loads(table, name).ifPresent(kind -> loading.put(table, kind)));
        apply(changes.stream().map(this::shown).toList(), handle);
    }

    private Map<TableName, LoadKind> replacing() {
        return tables.stream().collect(Collectors.toMap(table -> table, table -> LoadKind.REPLACE));
    }

    boolean hasAsked() {
        return asked;
    }

    /** What was written since some point of the transaction was rolled back, or that is not known. */
    void rolledBack(boolean hadAsked) {
        asked = hadAsked;
        lookAgain();
    }

    /** What is kept in fields is looked up again. */
    void lookAgain() {
        if (projection instanceof MirrorWriter mirror) {
            mirror.lookAgain();
        }
    }

    /** Ends the loads that are done, but for the tables that must be loaded again. */
    void endLoads(LoadStep step, Set<TableName> incomplete, Handle handle) {
        for (TableName table : tables) {
            if (!incomplete.contains(table)) {
                step.ends(table, name).ifPresent(load -> tell(() -> projection.loadEnds(table, load, handle), handle));
            }
        }
    }

    /** Whether a mirror has found at the start that its table must be loaded again. */
    boolean asksForLoad() {
        return projection instanceof MirrorWriter mirror && mirror.asksForLoad();
    }

    /** Nothing of a batch has been asked for yet. */
    void beginLetters() {
        asked = false;
    }

    /** The load state with what a mirror asks for after a batch: that its table is loaded again. */
    LoadState withRequests(LoadState load) {
        return asked ? reloading(load) : load;
    }

    private LoadState reloading(LoadState load) {
        LoadState next = load;
        for (TableName table : tables) {
            next = next.reloading(table, name);
        }
        return next;
    }

    /**
     * The same at the start, before any load runs: what is asked for begins now, unless a load goes on in the middle of which it
     * was asked for.
     */
    LoadState open(LoadState load, Handle handle) {
        if (!asksForLoad()) {
            return load;
        }
        LoadState next = reloading(load);
        boolean fresh = next.progress() == null
                && tables.stream().allMatch(table -> next.unread().contains(table));
        if (fresh && projection instanceof MirrorWriter mirror) {
            tell(() -> mirror.loadsAnew(handle), handle);
        }
        return next;
    }

    private Map<TableName, LoadKind> loading(LoadStep step) {
        Map<TableName, LoadKind> loading = Map.of();
        for (TableName table : tables) {
            Optional<LoadKind> load = step.loads(table, name);
            if (load.isPresent()) {
                loading = new HashMap<>(loading);
                loading.put(table, load.get());
            }
        }
        return loading;
    }

    private void tell(Work work, Handle handle) {
        run("cannot begin or end a load", work, handle);
    }

    private void run(String what, Work work, Handle handle) {
        try {
            if (projection instanceof ViewWriter || projection instanceof MirrorWriter) {
                work.run();
            } else {
                // Ours suits statements of arrays only, and the time zone is the user's to choose.
                execute(handle, "set local plan_cache_mode to default; " + SessionTransactions.USERS_ZONE);
                work.run();
                requireIntact(handle);
            }
        } catch (SQLException e) {
            throw SqlFailures.describe(who, what, e);
        }
    }

    /**
     * Code of others may swallow the failure of a statement. The server then answers the commit with a rollback, and the
     * driver passes that over in silence: the batch would be taken for durable.
     */
    private void requireIntact(Handle handle) throws SQLException {
        try {
            execute(handle, "set local " + SessionTransactions.CUSTOM_PLANS + "; " + SessionTransactions.OUR_ZONE);
        } catch (SQLException e) {
            if (ABORTED_TRANSACTION.equals(e.getSQLState())) {
                throw new CdcException(
                        who + " swallowed the failure of a statement, which has broken its transaction;"
                                + " let the exception through, or roll back to a savepoint",
                        e);
            }
            throw e;
        }
    }

    private static void execute(Handle handle, String sql) throws SQLException {
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.execute(sql);
        }
    }

    /** Whether a load for this projection that seems to end well has not brought every row. */
    boolean lacksRows(TableName table, LoadStep step, Handle handle) throws SQLException {
        return tables.contains(table) && step.ends(table, name).isPresent() && projection.lacksRows(table, handle);
    }
}
