package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.policy.ParkingLimits;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.HashMap;
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

    /** A batch went well as a whole. */
    void passed(ChangeBatch batch) {
        Map<TableName, Integer> counts = new HashMap<>();
        for (Change<Row> change : batch.changes()) {
            counts.merge(change.table(), 1, Integer::sum);
        }
        counts.forEach((table, count) -> session.fills()
                .getOrDefault(table, Map.of())
                .keySet()
                .forEach(projection -> byProjection
                        .computeIfAbsent(projection, name -> new ParkedShare(limits))
                        .passed(count)));
    }

    /** What a try has made of them that has become durable. */
    void replace(Map<String, ParkedShare> shares) {
        byProjection.putAll(shares);
    }
}
