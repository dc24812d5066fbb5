package dev.cdcpipeline.projection.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the changes of one transaction of the source that break a deferred constraint. Which ones do is known only behind the whole
 * transaction: a change behind which a constraint does not hold is put back, with what follows for the same rows, and tried again at
 * the end, when what it needs may be there.
 */
final class DeferredSearch {

    /** Leaves a unit that fails to the judge. */
    interface Blame {
        void on(ChangeUnit unit, boolean check) throws SQLException;
    }

    private static final int MOST_BY_ONE = 32;

    private final StretchTry tries;
    private final List<BatchRoute> routes;
    private final Blame blame;
    private final List<ChangeUnit> putBack = new ArrayList<>();
    private final HeldKeys held = new HeldKeys();

    DeferredSearch(StretchTry tries, List<BatchRoute> routes, Blame blame) {
        this.tries = tries;
        this.routes = routes;
        this.blame = blame;
    }

    void apply(List<ChangeUnit> units) throws SQLException {
        search(units);
        if (!putBack.isEmpty()) {
            end(List.copyOf(putBack));
        }
    }

    private void search(List<ChangeUnit> units) throws SQLException {
        List<ChangeUnit> free = free(units);
        StretchTry.Failure failure = free.isEmpty() ? null : tries.apply(free, routes, true);
        if (failure == null) {
            return;
        }
        if (free.size() > 1) {
            int middle = free.size() / 2;
            search(free.subList(0, middle));
            search(free.subList(middle, free.size()));
            return;
        }
        ChangeUnit unit = free.get(0);
        if (!failure.atConstraint()) {
            StretchTry.Point before = tries.point();
            blame.on(unit, false);
            tries.rollBackTo(before);
            tries.release(before);
            if (tries.apply(free, routes, true) == null) {
                return;
            }
        }
        putBack(unit);
    }

    /** Those that need not wait for one that was put back; the others are put back, too. */
    private List<ChangeUnit> free(List<ChangeUnit> units) {
        if (putBack.isEmpty()) {
            return units;
        }
        List<ChangeUnit> free = new ArrayList<>();
        for (ChangeUnit unit : units) {
            if (held.hold(unit.first().table(), keys(unit))) {
                putBack(unit);
            } else {
                free.add(unit);
            }
        }
        return free;
    }

    private void putBack(ChangeUnit unit) {
        putBack.add(unit);
        held.add(keys(unit));
    }

    private Set<String> keys(ChangeUnit unit) {
        Set<String> keys = new HashSet<>();
        for (BatchRoute route : routes) {
            if (route.wants(unit.first())) {
                unit.changes().forEach(change -> keys.addAll(route.orderKeys(route.shown(change))));
            }
        }
        return keys;
    }

    /** The whole transaction has come: what still fails has nothing to wait for. */
    private void end(List<ChangeUnit> units) throws SQLException {
        if (tries.apply(units, routes, true) == null) {
            return;
        }
        if (units.size() == 1) {
            blame.on(units.get(0), true);
        } else if (units.size() > MOST_BY_ONE || !endsWithoutOne(units)) {
            int middle = units.size() / 2;
            end(units.subList(0, middle));
            end(units.subList(middle, units.size()));
        }
    }

    /** Changes may need each other, as those that swap two values: what is left out is one, so that those stay together. */
    private boolean endsWithoutOne(List<ChangeUnit> units) throws SQLException {
        for (ChangeUnit unit : units) {
            List<ChangeUnit> others =
                    units.stream().filter(other -> other != unit).toList();
            if (tries.apply(others, routes, true) == null) {
                blame.on(unit, true);
                return true;
            }
        }
        return false;
    }
}
