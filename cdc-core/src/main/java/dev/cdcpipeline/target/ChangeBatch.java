package dev.cdcpipeline.target;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import java.util.List;

/**
 * Changes to be applied together, in commit order.
 *
 * @param changes what to apply; may be empty
 */
public record ChangeBatch(List<Change<Row>> changes) {

    private static final ChangeBatch EMPTY = new ChangeBatch(List.of());

    /** No change, only an offset to move. */
    public static ChangeBatch empty() {
        return EMPTY;
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }
}
