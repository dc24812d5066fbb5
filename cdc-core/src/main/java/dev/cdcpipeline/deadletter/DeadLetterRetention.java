package dev.cdcpipeline.deadletter;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long dead letters are kept. What is cut is gone for good: a parked letter is cut together with all that wait with it for
 * the same row, the oldest first, and its row stays as it is in the target until its next change. Every cut is logged, counted
 * and told to the listener. By default nothing is cut.
 *
 * @param maxAge parked letters whose row has had no new one for this long are cut, and discarded letters of this age
 * @param maxCount most letters, parked and discarded together, for each target and shard
 */
public record DeadLetterRetention(Optional<Duration> maxAge, OptionalLong maxCount) {

    public DeadLetterRetention {
        if (maxAge.isPresent() && maxAge.get().compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("maxAge must be 1 minute or more, got " + maxAge.get());
        }
        if (maxCount.isPresent() && maxCount.getAsLong() < 1) {
            throw new IllegalArgumentException("maxCount must be 1 or more, got " + maxCount.getAsLong());
        }
    }

    /** Nothing is ever cut. */
    public static DeadLetterRetention forever() {
        return new DeadLetterRetention(Optional.empty(), OptionalLong.empty());
    }

    /** The same with a largest age. */
    public DeadLetterRetention maxAge(Duration age) {
        return new DeadLetterRetention(Optional.of(age), maxCount);
    }

    /** The same with a largest number. */
    public DeadLetterRetention maxCount(long letters) {
        return new DeadLetterRetention(maxAge, OptionalLong.of(letters));
    }

    /** Whether anything may ever be cut. */
    public boolean mayCut() {
        return maxAge.isPresent() || maxCount.isPresent();
    }
}
