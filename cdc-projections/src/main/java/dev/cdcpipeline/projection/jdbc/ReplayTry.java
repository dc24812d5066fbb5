package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowFactory;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.RemainingLetters;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.offset.jdbc.SqlFailures;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Applies letters in savepoints: all at once, and where that fails halves of them, parted between transactions of the source if
 * they can be. A letter before which one stays is not tried.
 */
final class ReplayTry {
    private final String who;
    private final Connection connection;
    private final LetterApplication application;
    private final RowFactory rows;
    private final FailureTable failures;
    private final RemainingLetters remaining;
    private final List<DeadLetter> done = new ArrayList<>();
    private final List<DeadLetter> waiting = new ArrayList<>();
    private final Map<Long, LetterError> failed = new LinkedHashMap<>();
    private final Map<String, Integer> unknown = new TreeMap<>();

    ReplayTry(
            String who,
            Connection connection,
            LetterApplication application,
            RowFactory rows,
            FailureTable failures,
            RemainingLetters remaining) {
        this.who = who;
        this.connection = connection;
        this.application = application;
        this.rows = rows;
        this.failures = failures;
        this.remaining = remaining;
    }

    /** @throws RuntimeException what passes by itself: everything is to be rolled back */
    void run(List<LetterUnit> units) throws SQLException {
        Interruption.check(who);
        List<LetterUnit> ready = ready(units);
        if (ready.isEmpty()) {
            return;
        }
        Savepoint before = connection.setSavepoint();
        try {
            apply(ready);
            connection.releaseSavepoint(before);
            ready.forEach(unit -> done.addAll(unit.letters()));
        } catch (SQLException | RuntimeException e) {
            RuntimeException failure = described(e);
            if (failures.kindOf(failure) == FailureKind.TRANSIENT) {
                throw failure;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            if (ready.size() == 1) {
                fail(ready.get(0), failure);
            } else {
                int half = middle(ready);
                run(ready.subList(0, half));
                run(ready.subList(half, ready.size()));
            }
        }
    }

    private List<LetterUnit> ready(List<LetterUnit> units) {
        List<LetterUnit> ready = new ArrayList<>();
        for (LetterUnit unit : units) {
            boolean isKnown = application.has(unit.projection());
            if (isKnown && (unit.isTruncate() || !unit.isHeldBy(remaining))) {
                ready.add(unit);
                continue;
            }
            waiting.addAll(unit.letters());
            unit.letters().forEach(remaining::add);
            if (!isKnown) {
                unknown.merge(unit.projection(), unit.letters().size(), Integer::sum);
            }
        }
        return ready;
    }

    private void apply(List<LetterUnit> units) throws SQLException {
        Map<String, List<Change<Row>>> byProjection = new LinkedHashMap<>();
        for (LetterUnit unit : units) {
            List<Change<Row>> changes =
                    byProjection.computeIfAbsent(unit.projection(), projection -> new ArrayList<>());
            unit.letters().forEach(letter -> changes.add(letter.change().toChange(rows)));
        }
        for (Map.Entry<String, List<Change<Row>>> each : byProjection.entrySet()) {
            application.apply(each.getKey(), each.getValue());
        }
        application.checkConstraints();
    }

    private void fail(LetterUnit unit, RuntimeException failure) {
        LetterError error = LetterError.of(failure);
        unit.letters().forEach(letter -> {
            failed.put(letter.id(), error);
            remaining.add(letter);
        });
    }

    private RuntimeException described(Exception failure) {
        return failure instanceof SQLException sql
                ? SqlFailures.describe(who, "cannot apply dead letters", sql)
                : (RuntimeException) failure;
    }

    /** Where to part: as near to the middle as a transaction ends, or within the only one. */
    private static int middle(List<LetterUnit> units) {
        int middle = units.size() / 2;
        for (int distance = 0; distance < middle; distance++) {
            if (isBetweenTransactions(units, middle - distance)) {
                return middle - distance;
            }
            if (isBetweenTransactions(units, middle + distance)) {
                return middle + distance;
            }
        }
        return middle;
    }

    private static boolean isBetweenTransactions(List<LetterUnit> units, int index) {
        return units.get(index - 1).transaction() != units.get(index).transaction();
    }

    /** Letters that were applied. */
    List<DeadLetter> done() {
        return done;
    }

    /** Why letters failed, by their numbers. */
    Map<Long, LetterError> failed() {
        return failed;
    }

    /** Letters before which another one stays. */
    List<DeadLetter> waiting() {
        return waiting;
    }

    /** How many of them are of projections that the target does not have. */
    Map<String, Integer> unknown() {
        return unknown;
    }
}
