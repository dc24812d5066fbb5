package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.jdbc.JdbcOffsetRow;
import dev.cdcpipeline.offset.jdbc.JdbcSchema;
import dev.cdcpipeline.offset.jdbc.SqlFailures;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** A {@link JdbcTarget} at work for one shard. Between two calls it holds no connection. */
final class JdbcSession implements TargetSession {
    private final String who;
    private final SessionTransactions transactions;
    private final JdbcOffsetRow row;
    private final SessionHandles handles = new SessionHandles();
    private final List<BatchRoute> routes = new ArrayList<>();
    private boolean usable;

    private JdbcSession(JdbcTarget target, TargetContext context) {
        this.who = "[" + context.shard() + "] target '" + target.name() + "'";
        this.transactions = new SessionTransactions(who, target.dataSource());
        this.row = new JdbcOffsetRow(context.pipeline(), context.shard(), target.name());
    }

    /** Makes or checks the target's own tables, claims the offset, and checks what the projections write to. */
    static JdbcSession open(JdbcTarget target, TargetContext context) {
        JdbcSession session = new JdbcSession(target, context);
        JdbcSchema.TARGET.prepare(target.dataSource(), target.schemaMode(), session.who);
        session.run("cannot be opened", transaction -> {
            session.row.claim(transaction.connection(), context.epoch());
            Handle handle = session.handles.on(transaction.connection());
            for (JdbcProjection projection : target.projections()) {
                session.routes.add(BatchRoute.open(projection, handle, new ProjectionContext(target.name(), context)));
            }
        });
        session.begin();
        session.usable = true;
        return session;
    }

    /** Has the tables loaded again that projections have asked for, before anything else is decided by the offset. */
    private void begin() {
        Optional<Offset> claimed = offset();
        if (claimed.isEmpty() || routes.stream().noneMatch(BatchRoute::asksForLoad)) {
            return;
        }
        run("cannot be opened", transaction -> {
            Connection connection = transaction.connection();
            row.advance(connection, claimed.get());
            Handle handle = handles.on(connection);
            LoadState load = claimed.get().load();
            for (BatchRoute route : routes) {
                load = route.open(load, handle);
            }
            row.setLoad(connection, load);
        });
    }

    @Override
    public Optional<Offset> offset() {
        return row.offset();
    }

    @Override
    public void apply(ChangeBatch batch, Offset upTo) {
        if (!usable) {
            throw new IllegalStateException(who + " failed before; recover() comes first");
        }
        usable = false;
        run("cannot apply " + batch.changes().size() + " changes", transaction -> {
            Connection connection = transaction.connection();
            row.advance(connection, upTo);
            LoadStep step = LoadStep.of(offset(), upTo);
            if (!batch.isEmpty() || step.mayChangeLoads()) {
                Handle handle = handles.on(connection);
                for (BatchRoute route : routes) {
                    route.apply(batch, step, handle);
                }
                LoadState load = step.mayChangeLoads() ? endLoads(handle, step, upTo.load()) : upTo.load();
                for (BatchRoute route : routes) {
                    load = route.withRequests(load);
                }
                if (load != upTo.load()) {
                    row.setLoad(connection, load);
                }
            }
        });
        usable = true;
    }

    @Override
    public void recover() {
        run("cannot find out what is durable", transaction -> row.reload(transaction.connection()));
        usable = true;
    }

    /** A load that ends although rows are known to be missing is stored as failed, so that the table is loaded again. */
    private LoadState endLoads(Handle handle, LoadStep step, LoadState load) throws SQLException {
        Set<TableName> incomplete = new HashSet<>();
        for (TableName table : step.done()) {
            for (BatchRoute route : routes) {
                if (route.lacksRows(table, step, handle)) {
                    incomplete.add(table);
                }
            }
        }
        for (BatchRoute route : routes) {
            route.endLoads(step, incomplete, handle);
        }
        return incomplete.isEmpty() ? load : load.failed(incomplete, step.before());
    }

    private void run(String what, SessionTransactions.Work work) {
        try {
            transactions.run(work);
        } catch (SQLException e) {
            throw SqlFailures.describe(who, what, e);
        } catch (RuntimeException e) {
            SQLException sql = SqlFailures.find(e);
            if (sql != null && !(e instanceof TransientFailure) && SqlFailures.isTransient(sql)) {
                throw SqlFailures.describe(who, what, sql);
            }
            throw e;
        }
        row.committed();
    }

    @Override
    public void abort() {
        transactions.abort();
    }

    @Override
    public void close() {
        usable = false;
    }

    @Override
    public String toString() {
        return "JdbcSession" + who;
    }
}
