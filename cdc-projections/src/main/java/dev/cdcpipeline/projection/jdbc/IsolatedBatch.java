package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.target.FailureJudge;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the changes of a batch that fail, within the batch's one transaction: what fails is halved, between two transactions of the
 * source as long as there are several, and every change that fails alone is left to the judge.
 */
final class IsolatedBatch {
    private final List<BatchRoute> routes;
    private final ParkedChanges parked;
    private final FailureJudge judge;
    private final StretchTry tries;

    IsolatedBatch(List<BatchRoute> routes, ParkedChanges parked, FailureJudge judge, StretchTry tries) {
        this.routes = routes;
        this.parked = parked;
        this.judge = judge;
        this.tries = tries;
    }

    void apply(List<Change<Row>> changes) throws SQLException {
        if (!changes.isEmpty()) {
            transactions(ChangeUnit.of(changes));
        }
    }

    /** Some whole transactions of the source, behind which deferred constraints must hold. */
    private void transactions(List<ChangeUnit> units) throws SQLException {
        StretchTry.Failure failure = tries.apply(units, routes, true);
        if (failure == null) {
            return;
        }
        int middle = boundary(units);
        if (middle > 0) {
            transactions(units.subList(0, middle));
            transactions(units.subList(middle, units.size()));
        } else if (units.size() == 1) {
            blame(units.get(0), true);
        } else {
            transaction(units, failure);
        }
    }

    /** Where a transaction begins, as near to the middle as there is one; 0 if there is only one. */
    private static int boundary(List<ChangeUnit> units) {
        int middle = units.size() / 2;
        for (int away = 0; away < units.size(); away++) {
            for (int i : new int[] {middle - away, middle + away}) {
                if (i > 0 && i < units.size() && begins(units, i)) {
                    return i;
                }
            }
        }
        return 0;
    }

    private static boolean begins(List<ChangeUnit> units, int index) {
        return units.get(index - 1).transactionId() != units.get(index).transactionId();
    }

    /** One transaction of the source. Within it deferred constraints need not hold. */
    private void transaction(List<ChangeUnit> units, StretchTry.Failure failure) throws SQLException {
        if (!failure.atConstraint()) {
            StretchTry.Point before = tries.point();
            halves(units);
            if (tries.checkConstraints() == null) {
                tries.release(before);
                return;
            }
            tries.rollBackTo(before);
            tries.release(before);
        }
        new DeferredSearch(tries, routes, this::blame).apply(units);
    }

    /** What has failed, in two halves. */
    private void halves(List<ChangeUnit> units) throws SQLException {
        if (units.size() == 1) {
            blame(units.get(0), false);
            return;
        }
        int middle = units.size() / 2;
        for (List<ChangeUnit> half : List.of(units.subList(0, middle), units.subList(middle, units.size()))) {
            if (tries.apply(half, routes, false) != null) {
                halves(half);
            }
        }
    }

    /** One unit that fails: what its projections do with it is tried one by one, and those that fail are left to the judge. */
    private void blame(ChangeUnit unit, boolean check) throws SQLException {
        StretchTry.Point before = tries.point();
        Map<BatchRoute, RuntimeException> failures = new LinkedHashMap<>();
        List<BatchRoute> others = new ArrayList<>();
        Map<String, Integer> passed = new HashMap<>();
        for (BatchRoute route : routes) {
            StretchTry.Failure failure = tries.apply(List.of(unit), List.of(route), false, passed);
            if (failure == null) {
                others.add(route);
            } else {
                failures.put(route, failure.cause());
            }
        }
        if (check && tries.checkConstraints() != null) {
            tries.rollBackTo(before);
            for (BatchRoute route : others) {
                StretchTry.Failure failure = tries.apply(List.of(unit), List.of(route), true, passed);
                if (failure != null) {
                    failures.put(route, failure.cause());
                }
            }
        }
        tries.release(before);
        failures.keySet().forEach(route -> passed.remove(route.name()));
        tries.tellPassed(List.of(unit), passed);
        for (Map.Entry<BatchRoute, RuntimeException> failure : failures.entrySet()) {
            decide(failure.getKey(), unit, failure.getValue());
        }
    }

    private void decide(BatchRoute route, ChangeUnit unit, RuntimeException failure) {
        List<Change<Row>> shown = unit.changes().stream().map(route::shown).toList();
        Set<String> keys = new HashSet<>();
        shown.forEach(change -> keys.addAll(route.orderKeys(change)));
        List<NewLetter> letters = judge.judge(route.name(), shown, failure).stream()
                .map(letter -> withKeys(letter, keys))
                .toList();
        parked.decide(route.name(), unit.first(), letters);
        letters.forEach(parked::add);
    }

    private static NewLetter withKeys(NewLetter letter, Set<String> keys) {
        return new NewLetter(
                letter.projection(),
                letter.change(),
                keys,
                letter.attempts(),
                letter.error(),
                letter.firstFailedAt(),
                letter.discarded());
    }
}
