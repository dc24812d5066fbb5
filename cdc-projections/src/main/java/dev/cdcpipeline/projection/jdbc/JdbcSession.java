package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.jdbc.JdbcLetterRows;
import dev.cdcpipeline.offset.jdbc.JdbcOffsetRow;
import dev.cdcpipeline.offset.jdbc.JdbcSchema;
import dev.cdcpipeline.offset.jdbc.ParkedLetter;
import dev.cdcpipeline.offset.jdbc.SqlFailures;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.LoadStep;
import dev.cdcpipeline.target.ParkingListener;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.target.TargetContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** A {@link JdbcTarget} at work for one shard. Between two calls it holds no connection. */
final class JdbcSession implements ParkingSession {
    private final String who;
    private final SessionTransactions transactions;
    private final JdbcOffsetRow row;
    private final SessionHandles handles = new SessionHandles();
    private final List<BatchRoute> routes = new ArrayList<>();
    private final JdbcLetterRows letters;
    private final ParkedChanges parked;
    private final LetterReplay replay;
    private final LoadedLetters loadedLetters;
    private final ParkingListener listener;
    private boolean usable;

    private interface Application {
        void run(Connection connection, Handle handle) throws SQLException;
    }

    private interface LetterWork<T> {
        T run(Connection connection, Offset at) throws SQLException;
    }

    private JdbcSession(JdbcTarget target, TargetContext context) {
        this.who = "[" + context.shard() + "] target '" + target.name() + "'";
        this.transactions = new SessionTransactions(who, target.dataSource());
        this.row = new JdbcOffsetRow(context.pipeline(), context.shard(), target.name());
        this.letters = new JdbcLetterRows(context.pipeline(), context.shard(), target.name());
        this.parked = new ParkedChanges(who, letters);
        this.loadedLetters = new LoadedLetters(target.name(), context, letters, parked);
        this.replay = new LetterReplay(who, letters, context.rows(), context.failures());
        this.listener = context.parking();
    }

    /** Makes or checks the target's own tables, claims the offset, and checks what the projections write to. */
    static JdbcSession open(JdbcTarget target, TargetContext context) {
        JdbcSession session = new JdbcSession(target, context);
        JdbcSchema.TARGET.prepare(target.dataSource(), target.schemaMode(), session.who);
        session.run("cannot be opened", transaction -> {
            session.row.claim(transaction.connection(), context.epoch());
            session.parked.load(transaction.connection());
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
        write(
                batch,
                upTo,
                (connection, handle) -> {
                    for (BatchRoute route : routes) {
                        route.apply(route.pick(batch.changes(), parked), handle);
                    }
                },
                () -> {});
    }

    @Override
    public void isolate(ChangeBatch batch, Offset upTo, FailureJudge judge) {
        write(
                batch,
                upTo,
                (connection, handle) -> {
                    StretchTry tries = new StretchTry(who, connection, handle, routes, parked, judge);
                    new IsolatedBatch(routes, parked, judge, tries).apply(batch.changes());
                },
                judge::conclude);
    }

    private void write(ChangeBatch batch, Offset upTo, Application application, Runnable conclusion) {
        requireUsable();
        try {
            run("cannot apply " + batch.changes().size() + " changes", transaction -> {
                row.advance(transaction.connection(), upTo);
                parked.begin(transaction.connection());
                LoadStep step = LoadStep.of(offset(), upTo);
                if (!batch.isEmpty() || step.mayChangeLoads()) {
                    fill(transaction.connection(), step, upTo.load(), application);
                }
                conclusion.run();
            });
            usable = true;
        } finally {
            if (!usable) {
                parked.rolledBack();
            }
        }
        parked.committed(listener);
    }

    private void fill(Connection connection, LoadStep step, LoadState upTo, Application application)
            throws SQLException {
        Handle handle = handles.on(connection);
        for (BatchRoute route : routes) {
            route.begin(step, parked, handle);
            if (step.mayChangeLoads()) {
                loadedLetters.begin(connection, route, step);
            }
        }
        application.run(connection, handle);
        storeRequests(connection, upTo, step.mayChangeLoads() ? endLoads(handle, step, upTo) : upTo);
        parked.write();
    }

    private void storeRequests(Connection connection, LoadState before, LoadState load) throws SQLException {
        LoadState next = load;
        for (BatchRoute route : routes) {
            next = route.withRequests(next);
        }
        if (next != before) {
            row.setLoad(connection, next);
        }
    }

    private void requireUsable() {
        if (!usable) {
            throw new IllegalStateException(who + " failed before; recover() comes first");
        }
        usable = false;
    }

    @Override
    public LetterStep replay(DeadLetterFilter filter, long after, int most) {
        return step("cannot replay dead letters", (connection, at) -> {
            routes.forEach(BatchRoute::beginLetters);
            RouteApplication application = new RouteApplication(connection, handles.on(connection), routes, at.load());
            LetterOutcome outcome = replay.replay(connection, application, filter, after, most);
            storeRequests(connection, at.load(), at.load());
            return outcome;
        });
    }

    @Override
    public LetterStep discard(DeadLetterFilter filter, String reason, long after, int most) {
        return step(
                "cannot discard dead letters",
                (connection, at) -> replay.discard(connection, filter, reason, after, most));
    }

    private LetterStep step(String what, LetterWork<LetterOutcome> work) {
        LetterOutcome outcome = transact(what, work);
        routes.forEach(BatchRoute::lookAgain);
        parked.removed(outcome.replayed());
        parked.removed(outcome.discarded());
        outcome.tell(listener);
        return outcome.step();
    }

    @Override
    public long cut(DeadLetterRetention retention, int most) {
        List<ParkedLetter> gone =
                transact("cannot cut dead letters", (connection, at) -> letters.cut(connection, retention, most));
        parked.removed(gone);
        Map<String, Long> byProjection = gone.stream()
                .collect(Collectors.groupingBy(ParkedLetter::projection, TreeMap::new, Collectors.counting()));
        byProjection.forEach(listener::cut);
        return gone.size();
    }

    /** One transaction that leaves the offset where it is. */
    private <T> T transact(String what, LetterWork<T> work) {
        Offset at = offset().orElseThrow(() -> new IllegalStateException(who + " was never told where to begin"));
        requireUsable();
        List<T> results = new ArrayList<>();
        run(what, transaction -> {
            row.advance(transaction.connection(), at);
            results.add(work.run(transaction.connection(), at));
        });
        usable = true;
        return results.get(0);
    }

    @Override
    public Map<String, Long> parked() {
        return parked.counts();
    }

    @Override
    public void recover() {
        run("cannot find out what is durable", transaction -> {
            row.reload(transaction.connection());
            parked.load(transaction.connection());
        });
        routes.forEach(BatchRoute::lookAgain);
        usable = true;
    }

    /** A load that ends although rows are known to be missing is stored as failed, so that the table is loaded again. */
    private LoadState endLoads(Handle handle, LoadStep step, LoadState load) throws SQLException {
        Set<TableName> incomplete = new HashSet<>();
        for (TableName table : step.done()) {
            for (BatchRoute route : routes) {
                loadedLetters.end(handle.getConnection(), handle, route, table, step);
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
            if (e instanceof JdbiException && sql != null) {
                throw SqlFailures.describe(who, what, sql, e);
            }
            throw e; // described already, or the judge's
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
