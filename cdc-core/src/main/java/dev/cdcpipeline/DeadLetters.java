package dev.cdcpipeline;

import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.LetterOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes that were parked because a projection failed at them, of all targets and shards of a pipeline, from any process that has
 * built it, started or not. What is asked for by {@link #replay} and {@link #discard} is stored in the home database before the call
 * returns, and done by the instance that runs the shard, on the shard's own thread, within about a second; while the shard stands
 * still it waits.
 *
 * <p>Every method blocks, and throws {@link dev.cdcpipeline.failure.TransientFailure} if a store cannot be reached now. A filter for
 * a target that there is not is an {@link IllegalArgumentException}; a projection in schema {@code public} may be named without it.
 * Thread-safe.
 */
public interface DeadLetters {

    /**
     * The oldest letters that fit.
     *
     * @param most how many, from 1 to 10,000
     */
    List<DeadLetter> list(DeadLetterFilter filter, int most);

    /** One letter by its number in a target's store. */
    Optional<DeadLetter> find(String target, long id);

    /** How many letters fit, by target, shard and projection; without zeros. */
    Map<String, Map<String, Map<String, Long>>> count(DeadLetterFilter filter);

    /**
     * Asks for parked letters to be applied again, in the order in which they came, each in one atomic write with its removal. What
     * fails again stays, with another attempt, and so does what is behind it. A filter by key means all that must be kept in order
     * with that row, in a target that keeps its letters itself; in others, and of any other filter, letters stay whose row has an
     * older one that is not meant. Letters that have waited behind those that are applied stay parked if they are not meant.
     *
     * <p>It is done where letters fit now, and there for all that fit until then. Where none fit there is nothing to do, and the order
     * ends so.
     *
     * @return the order's id, for {@link #orders} and {@link #await}
     * @throws IllegalArgumentException if there is no such target or shard, or the filter is for discarded letters
     */
    String replay(DeadLetterFilter filter);

    /**
     * Asks for parked letters to be left out for good. They are kept as discarded ones, with the reason, and later changes do not
     * wait for them. Letters that have waited behind them stay parked until they are replayed. Otherwise as {@link #replay}.
     *
     * @param reason for whoever looks for it later
     * @throws IllegalArgumentException as {@link #replay}, or if the reason is blank
     */
    String discard(DeadLetterFilter filter, String reason);

    /**
     * Changes values of a parked letter's row before it is replayed. What it was at first is kept beside it. Waits for a replay that
     * is at it.
     *
     * @param values PostgreSQL's own texts by column; null is SQL NULL
     * @return the letter as it is now
     * @throws IllegalArgumentException if there is no such parked letter, it has no row, the row has no such column, or the column is
     *     part of its key
     */
    DeadLetter edit(String target, long id, Map<String, @Nullable String> values);

    /**
     * Writes letters as JSON, one line each, with everything that is known of them: one target after the other, the oldest first.
     *
     * @return how many
     * @throws IOException what {@code to} throws
     */
    long export(DeadLetterFilter filter, Appendable to) throws IOException;

    /** What was asked for, also what has ended, the newest first: one for each shard and target. */
    List<LetterOrder> orders();

    /**
     * Waits until an order has ended in every shard and target.
     *
     * @return false if the time is over
     * @throws IllegalArgumentException if there is no such order
     */
    boolean await(String order, Duration timeout) throws InterruptedException;
}
