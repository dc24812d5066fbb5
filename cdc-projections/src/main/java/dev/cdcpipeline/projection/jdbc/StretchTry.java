package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.offset.jdbc.SqlFailures;
import dev.cdcpipeline.target.FailureJudge;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Tries stretches of a batch, each behind a savepoint: one that fails leaves nothing behind, neither in the transaction nor in what
 * is kept in memory. A failure that passes by itself is thrown, and so is one of the dead letters' own.
 */
final class StretchTry {

    /** Where the transaction stood. */
    record Point(Savepoint savepoint, ParkedChanges.Mark parked, List<Boolean> asked) {}

    /**
     * Why a stretch failed.
     *
     * @param atConstraint whether every change was applied, and a deferred constraint failed behind them
     */
    record Failure(RuntimeException cause, boolean atConstraint) {}

    private interface Work {
        void run() throws SQLException;
    }

    private final String who;
    private final Connection connection;
    private final Handle handle;
    private final List<BatchRoute> routes;
    private final ParkedChanges parked;
    private final FailureJudge judge;
    private final DeferredConstraints constraints;
    /** Up to which unit the judge has heard what went well, by projection. */
    private final Map<String, Integer> told = new HashMap<>();

    StretchTry(
            String who,
            Connection connection,
            Handle handle,
            List<BatchRoute> routes,
            ParkedChanges parked,
            FailureJudge judge) {
        this.who = who;
        this.connection = connection;
        this.constraints = new DeferredConstraints(connection);
        this.handle = handle;
        this.routes = routes;
        this.parked = parked;
        this.judge = judge;
    }

    /** Applies a stretch to some projections; the answer is null if it went well. */
    @Nullable
    Failure apply(List<ChangeUnit> units, Collection<BatchRoute> to, boolean check) throws SQLException {
        Map<String, Integer> passed = new HashMap<>();
        Failure failure = apply(units, to, check, passed);
        if (failure == null) {
            tellPassed(units, passed);
        }
        return failure;
    }

    /**
     * The same without a word to the judge.
     *
     * @param passed gets how many changes each projection was given, up to the one that failed
     */
    @Nullable
    Failure apply(List<ChangeUnit> units, Collection<BatchRoute> to, boolean check, Map<String, Integer> passed)
            throws SQLException {
        Point before = point();
        List<Change<Row>> stretch = ChangeUnit.flatten(units);
        Failure failure = null;
        for (BatchRoute route : to) {
            List<Change<Row>> mine = route.pick(stretch, parked);
            failure = failureOf(() -> route.apply(mine, handle), false);
            if (failure != null) {
                break;
            }
            passed.put(route.name(), mine.size());
        }
        if (failure == null && check) {
            failure = failureOf(constraints::check, true);
        }
        if (failure == null) {
            release(before);
        } else {
            rollBackTo(before);
            release(before);
        }
        return failure;
    }

    /** Whether a deferred constraint would fail if this was all; the transaction must then be rolled back to a point. */
    @Nullable
    Failure checkConstraints() {
        return failureOf(constraints::check, true);
    }

    private @Nullable Failure failureOf(Work work, boolean atConstraint) {
        RuntimeException failure;
        try {
            work.run();
            return null;
        } catch (SQLException e) {
            failure = SqlFailures.describe(who, "cannot keep a deferred constraint", e);
        } catch (RuntimeException e) {
            failure = described(e);
        }
        if (judge.isTransient(failure)) {
            throw failure;
        }
        return new Failure(failure, atConstraint);
    }

    /** What Jdbi throws is not in words yet; anything else is, or speaks for itself. */
    private RuntimeException described(RuntimeException e) {
        SQLException sql = SqlFailures.find(e);
        return e instanceof JdbiException && sql != null
                ? SqlFailures.describe(who, "cannot apply a part of the batch", sql, e)
                : e;
    }

    /** Tells the judge what went well: once for each unit, although some may be applied for a second time. */
    void tellPassed(List<ChangeUnit> units, Map<String, Integer> passed) {
        int first = units.get(0).index();
        int last = units.get(units.size() - 1).index();
        passed.forEach((projection, changes) -> {
            if (first > told.getOrDefault(projection, -1)) {
                told.put(projection, last);
                if (changes > 0) {
                    judge.passed(projection, changes);
                }
            }
        });
    }

    Point point() throws SQLException {
        return new Point(
                connection.setSavepoint(),
                parked.mark(),
                routes.stream().map(BatchRoute::hasAsked).toList());
    }

    void rollBackTo(Point point) throws SQLException {
        connection.rollback(point.savepoint);
        parked.rollBackTo(point.parked);
        for (int i = 0; i < routes.size(); i++) {
            routes.get(i).rolledBack(point.asked.get(i));
        }
    }

    void release(Point point) throws SQLException {
        connection.releaseSavepoint(point.savepoint);
    }
}
