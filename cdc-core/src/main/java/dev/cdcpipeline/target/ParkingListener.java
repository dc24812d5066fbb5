package dev.cdcpipeline.target;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.NewLetter;

/**
 * Hears from a session what has become of changes that failed, each time after it was made durable and {@link ParkingSession#parked}
 * tells of it. Called by the session's thread.
 */
public interface ParkingListener {

    /** Hears nothing. */
    ParkingListener NONE = new ParkingListener() {};

    /** A letter was stored: a change was parked, behind another or for its own failure, or discarded by its policy. */
    default void stored(NewLetter letter) {}

    /** A letter was applied and removed. */
    default void replayed(String projection, Operation operation) {}

    /** A letter failed again and stays. */
    default void failedAgain(String projection, Operation operation) {}

    /** A parked letter was discarded, by an operator or because its table was truncated. */
    default void discarded(String projection, Operation operation, String reason) {}

    /** Letters were cut by the retention. */
    default void cut(String projection, long letters) {}
}
