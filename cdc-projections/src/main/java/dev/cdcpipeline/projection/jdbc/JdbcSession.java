package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
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
        session.usable = true;
        return session;
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
            if (!batch.isEmpty() || loadEnds(upTo)) {
                Handle handle = handles.on(connection);
                for (BatchRoute route : routes) {
                    route.apply(batch, offset(), upTo, handle);
                }
                repeatIncompleteLoads(connection, handle, upTo);
            }
        });
        usable = true;
    }

    @Override
    public void recover() {
        run("cannot find out what is durable", transaction -> row.reload(transaction.connection()));
        usable = true;
    }

    private boolean loadEnds(Offset upTo) {
        return !endingLoads(upTo).isEmpty();
    }

    /** Tables whose load ends well with this batch. */
    private List<TableName> endingLoads(Offset upTo) {
        return offset().stream()
                .flatMap(before -> before.load().pending().stream())
                .filter(table -> upTo.load()
                        .tables()
                        .getOrDefault(table, TableLoad.PENDING)
                        .isDone())
                .toList();
    }

    /** A load that ends although rows are known to be missing is stored as failed, so that the table is loaded again. */
    private void repeatIncompleteLoads(Connection connection, Handle handle, Offset upTo) throws SQLException {
        Set<TableName> incomplete = new HashSet<>();
        for (TableName table : endingLoads(upTo)) {
            for (BatchRoute route : routes) {
                if (route.lacksRows(table, handle)) {
                    incomplete.add(table);
                }
            }
        }
        if (!incomplete.isEmpty()) {
            LoadState before = offset().map(Offset::load).orElse(LoadState.none());
            row.setLoad(connection, upTo.load().failed(incomplete, before));
        }
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
    public void forget() {
        throw new UnsupportedOperationException("TODO");
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
