package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.NewLetter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Leaves out the changes of a projection that come behind parked ones, and parks them, too. */
final class ParkingFilter {
    private final BatchRoute route;
    private final ParkedChanges parked;

    ParkingFilter(BatchRoute route, ParkedChanges parked) {
        this.route = route;
        this.parked = parked;
    }

    List<Change<Row>> pick(List<Change<Row>> stretch) throws SQLException {
        List<Change<Row>> mine = new ArrayList<>(stretch.size());
        int i = 0;
        while (i < stretch.size()) {
            int next = i + ChangeUnit.sizeAt(stretch, i);
            if (route.wants(stretch.get(i))) {
                pickUnit(stretch.subList(i, next), mine);
            }
            i = next;
        }
        return mine;
    }

    private void pickUnit(List<Change<Row>> unit, List<Change<Row>> mine) throws SQLException {
        Change<Row> first = unit.get(0);
        List<NewLetter> decision = parked.decision(route.name(), first);
        if (decision != null) {
            decision.forEach(parked::add);
            return;
        }
        List<Change<Row>> shown = unit.stream().map(route::shown).toList();
        if (first.operation() == Operation.TRUNCATE) { // whatever waits: it is of rows that are gone
            parked.discard(route.name(), first.table(), "the table was truncated at " + first.position());
            mine.addAll(shown);
            return;
        }
        Set<String> keys = new HashSet<>();
        shown.forEach(change -> keys.addAll(route.orderKeys(change)));
        if (parked.hold(route.name(), first.table(), keys)) {
            shown.forEach(change -> parked.add(NewLetter.behind(route.name(), LetterChange.of(change), keys)));
        } else {
            mine.addAll(shown);
        }
    }
}
