package dev.cdcpipeline.deadletter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where dead letters are looked at, from any process. Letters are parked, replayed and discarded by the shard that they belong to
 * alone. Every method blocks, and gives up within 30 seconds. Safe for use by several threads.
 *
 * <p>Failures: {@link dev.cdcpipeline.failure.TransientFailure} where the same may work later.
 */
public interface DeadLetterStore {

    /**
     * Letters in the order in which they came, one page at a time; behind the last page comes an empty one.
     *
     * @param after the number of the last letter of the page before; 0 for the first page
     * @param most how many, from 1 to 10,000; fewer if their rows are large, but one at least where there is one
     */
    List<DeadLetter> list(String pipeline, DeadLetterFilter filter, long after, int most);

    /** How many there are, by shard and projection. */
    Map<String, Map<String, Long>> count(String pipeline, DeadLetterFilter filter);

    /**
     * Changes values of a parked letter's row. What it was at first is kept beside it. Waits for a replay that is at it.
     *
     * @param values PostgreSQL's own texts by column; null is SQL NULL. Values that the source did not send may be given, too
     * @return the letter as it is now; empty if there is none that is parked
     * @throws IllegalArgumentException if the letter has no row, the row has no such column, or the column is part of its key
     */
    Optional<DeadLetter> edit(String pipeline, String target, long id, Map<String, @Nullable String> values);
}
