package dev.cdcpipeline.target;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.NewLetter;
import java.util.List;

/**
 * Tells a {@link ParkingSession} what to do with changes that fail. Made by the pipeline for each try of a batch; used by the
 * session's thread.
 */
public interface FailureJudge {

    /** Whether a failure passes by itself, so that no change is to blame: roll back and throw it. */
    boolean isTransient(Throwable failure);

    /** Hears of changes that went well, so that failures can be set against them; once for each change and projection. */
    void passed(String projection, int changes);

    /**
     * Decides about a change that failed alone.
     *
     * @param changes one, or the two halves of an update of a key
     * @return what to store, one for each of the changes; they are left out of the projection, and nothing else is
     * @throws RuntimeException the shard is to stop: roll everything back and let it through
     */
    List<NewLetter> judge(String projection, List<Change<Row>> changes, RuntimeException failure);

    /**
     * Comes last, before anything is made durable.
     *
     * @throws RuntimeException the batch is to be tried again later: roll everything back and let it through
     */
    void conclude();
}
