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
import dev.cdcpipeline.target.ChangeBatch;
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

/** Picks the changes of one projection out of a batch. */
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
    /** Whether the batch has made it ask for another load. */
    private boolean asked;

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

    /** Applies what is this projection's: rows read by a load only if the table is loaded for it. */
    void apply(ChangeBatch batch, LoadStep step, Handle handle) {
        if (step.mayChangeLoads()) {
            for (TableName table : tables) {
                step.leaves(table, name)
                        .ifPresent(load -> tell(() -> projection.loadIsLeft(table, load, handle), handle));
                step.begins(table, name)
                        .ifPresent(load -> tell(() -> projection.loadBegins(table, load, handle), handle));
            }
        }
        Map<TableName, LoadKind> loading = loading(step);
        List<Change<Row>> mine = changesOfMine(batch, loading);
        asked = false;
        if (!mine.isEmpty()) {
            ProjectionBatch forProjection = new ProjectionBatch(mine, loading);
            run("cannot apply " + mine.size() + " changes", () -> projection.apply(forProjection, handle), handle);
            asked = asksForLoad();
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

    private List<Change<Row>> changesOfMine(ChangeBatch batch, Map<TableName, LoadKind> loading) {
        List<Change<Row>> mine = new ArrayList<>(batch.changes().size());
        TableName last = null;
        boolean wanted = false;
        boolean loads = false;
        for (Change<Row> change : batch.changes()) {
            if (change.table() != last) {
                last = change.table();
                wanted = tables.contains(last);
                loads = loading.containsKey(last);
            }
            if (wanted && (loads || change.operation() != Operation.READ)) {
                mine.add(rereads.contains(last) ? change : change.asSent());
            }
        }
        return mine;
    }
}
