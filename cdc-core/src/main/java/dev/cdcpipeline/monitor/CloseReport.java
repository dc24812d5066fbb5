package dev.cdcpipeline.monitor;

import java.util.List;

/**
 * How a pipeline was closed.
 *
 * @param late shards that had not ended when the time was over: a projection ignored its interrupt, or a server did not answer.
 *     Their slots may stay active until this process ends, and their leases until they expire; no engine, here or elsewhere, is
 *     started before the slot is free
 */
public record CloseReport(List<String> late) {

    public CloseReport {
        late = List.copyOf(late);
    }

    /** Whether every shard has ended, its slot is free and its lease given back. */
    public boolean isClean() {
        return late.isEmpty();
    }
}
