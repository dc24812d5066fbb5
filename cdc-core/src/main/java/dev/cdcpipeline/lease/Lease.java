package dev.cdcpipeline.lease;

import java.time.Duration;

/**
 * Who may run a shard, at one moment.
 *
 * @param owner the instance that holds it or held it last, for people to read
 * @param epoch its epoch
 * @param isMine whether the asker holds it; false once it has expired or was given back
 * @param remaining how long it is still valid, by the home database's clock, at the moment when that database answered; zero when
 *     it has expired or was given back
 */
public record Lease(String owner, Epoch epoch, boolean isMine, Duration remaining) {

    /** Whether nobody holds it. */
    public boolean isFree() {
        return remaining.isZero() || remaining.isNegative();
    }
}
