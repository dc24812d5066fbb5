package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.monitor.ParkingCounters;
import dev.cdcpipeline.monitor.ParkingStatus;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.target.ParkingListener;
import dev.cdcpipeline.target.Target;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What becomes of the changes of a shard that projections fail at: counted, logged, and told to the listener. Thread-safe. */
final class LetterCounts {
    private final String shard;
    private final PipelineListener listener;
    private final Map<String, TargetLetters> targets = new ConcurrentHashMap<>();

    LetterCounts(String shard, PipelineListener listener) {
        this.shard = shard;
        this.listener = listener;
    }

    /** Makes the target's projections known, so that their zeros are seen. */
    void expect(Target target) {
        TargetLetters letters = of(target.name());
        target.tables()
                .forEach(table -> letters.expect(target.fills(table.name()).keySet()));
    }

    /** What the target's session tells. */
    ParkingListener listener(Target target) {
        return of(target.name());
    }

    /** A session has made a batch durable; what of it is in letters. */
    StoredLetters applied(Session session) {
        return of(session.name()).applied();
    }

    /** A session begins with what was parked before. */
    void opened(Session session) {
        session.parking().ifPresent(of(session.name())::opened);
    }

    private TargetLetters of(String target) {
        return targets.computeIfAbsent(target, name -> new TargetLetters(shard, name, listener));
    }

    ParkingStatus status() {
        Map<String, Map<String, Long>> open = new TreeMap<>();
        Map<String, Map<String, ParkingCounters>> counters = new TreeMap<>();
        targets.forEach((target, letters) -> {
            open.put(target, letters.open());
            counters.put(target, letters.counters());
        });
        return new ParkingStatus(open, counters);
    }

    /** How many changes are parked, of all targets. */
    long open() {
        return targets.values().stream().mapToLong(TargetLetters::openTotal).sum();
    }
}
