package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The targets of a shard that are loaded again because they have lost data, until their loads are done. Thread-safe. */
final class TargetRepairs {
    private static final String REMEDY = "nothing needs to be done: its tables are loaded again";

    private final String shard;
    private final Map<String, Finding> byTarget = new ConcurrentSkipListMap<>();

    TargetRepairs(String shard) {
        this.shard = shard;
    }

    static Finding emptied(String shard, String target) {
        return finding(shard, target, "has lost its offset: was it emptied, or restarted without its data?");
    }

    static Finding older(String shard, String target, String stored, String acknowledged) {
        return Finding.of(
                FindingKind.OFFSET_LOST,
                shard,
                "target '" + target + "' stands at " + stored + ", and the slot was acknowledged up to " + acknowledged
                        + ": was it restored, or did it fail over to an older replica?",
                REMEDY,
                stored,
                acknowledged);
    }

    private static Finding finding(String shard, String target, String what) {
        return Finding.of(FindingKind.OFFSET_LOST, shard, "target '" + target + "' " + what, REMEDY);
    }

    /** A target is loaded again from now on. */
    void begun(String target, Finding why) {
        byTarget.put(target, why);
    }

    /** Takes what a session begins with; a repair may have been begun by an earlier process. */
    void opened(Session session) {
        LoadState load = session.offset().load();
        if (load.pending().isEmpty()) {
            byTarget.remove(session.name());
        } else if (session.repairsItself() && load.pending().stream().anyMatch(table -> isRepaired(load, table))) {
            byTarget.putIfAbsent(
                    session.name(), finding(shard, session.name(), "has lost data, or has to give up what it had"));
        }
    }

    /** Whether nobody has asked for the load, and it replaces what is there. A table that was created again counts, too. */
    private static boolean isRepaired(LoadState load, TableName table) {
        return !load.requests().containsKey(table)
                && load.readers().getOrDefault(table, Map.of()).containsValue(LoadKind.REPLACE);
    }

    /** Takes a target's new state; what has been told of it, if the repair has come to its end with it. */
    Optional<Finding> update(String target, LoadState load) {
        return load.pending().isEmpty() ? Optional.ofNullable(byTarget.remove(target)) : Optional.empty();
    }

    List<Finding> findings() {
        return List.copyOf(byTarget.values());
    }
}
