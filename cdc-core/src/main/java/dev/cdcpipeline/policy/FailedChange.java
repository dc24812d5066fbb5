package dev.cdcpipeline.policy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.RejectedChange;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A change that a projection failed at, alone, while the changes around it went well.
 *
 * @param shard the shard's name
 * @param target the target's name
 * @param projection the projection's name
 * @param changes the change; two if a row has got another key, the delete and the create, which belong together
 * @param attempts how often it was tried, this time included: from 1
 * @param kind what the failure means; never {@link FailureKind#TRANSIENT}
 * @param error what was thrown the last time
 */
public record FailedChange(
        String shard,
        String target,
        String projection,
        List<Change<Row>> changes,
        int attempts,
        FailureKind kind,
        Throwable error) {

    private static final int MAX_CAUSES = 20;

    public FailedChange {
        changes = List.copyOf(changes);
    }

    /** Whether the projection said that another try would not help. */
    public boolean isRejected() {
        return Stream.iterate(error, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                .anyMatch(RejectedChange.class::isInstance);
    }

    /** Who failed at what, without any value of the row. */
    @Override
    public String toString() {
        return "[" + shard + "] target '" + target + "' projection '" + projection + "': " + changes.get(0);
    }
}
