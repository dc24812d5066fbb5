package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.policy.ParkingLimits;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The circuit breakers of one session, by projection. They begin anew with each engine. */
final class SessionShares {
    private final Session session;
    private final ParkingLimits limits;
    private final Map<String, ParkedShare> byProjection = new HashMap<>();

    SessionShares(Session session, ParkingLimits limits) {
        this.session = session;
        this.limits = limits;
    }

    Map<String, ParkedShare> byProjection() {
        return byProjection;
    }

    /** A batch went well as a whole; what was parked behind others in it counts neither way. */
    void passed(ChangeBatch batch, Map<String, Long> parkedBefore, Map<String, Long> parkedNow) {
        List<Change<Row>> changes = batch.changes();
        Map<String, Long> behind = new HashMap<>();
        parkedNow.forEach((projection, now) ->
                behind.put(projection, Math.max(0, now - parkedBefore.getOrDefault(projection, 0L))));
        int from = 0;
        for (int i = 1; i <= changes.size(); i++) {
            TableName table = changes.get(from).table();
            if (i == changes.size() || !changes.get(i).table().equals(table)) {
                passed(table, i - from, behind);
                from = i;
            }
        }
    }

    private void passed(TableName table, int changes, Map<String, Long> behind) {
        for (String projection : session.fills().getOrDefault(table, Map.of()).keySet()) {
            long waiting = Math.min(changes, behind.getOrDefault(projection, 0L));
            behind.computeIfPresent(projection, (name, left) -> left - waiting);
            byProjection
                    .computeIfAbsent(projection, name -> new ParkedShare(limits))
                    .passed((int) (changes - waiting));
        }
    }

    /** What a try has made of them that has become durable. */
    void replace(Map<String, ParkedShare> shares) {
        byProjection.putAll(shares);
    }
}
