package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardHealth;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.preflight.Finding;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a shard. A shard that ought to stream is judged by the age of its durable offset, which the heartbeat moves all
 * the time: not by what its state says.
 */
final class HealthRule {
    private final String shard;
    private final Duration doubt;
    private final Duration despair;

    /**
     * @param doubt from which age of the offset on something is wrong
     * @param despair from which age on nothing arrives
     */
    HealthRule(String shard, Duration doubt, Duration despair) {
        this.shard = shard;
        this.doubt = doubt;
        this.despair = despair;
    }

    /**
     * @param offsetAge how long ago the durable offset moved, or the engine was started if it has not since
     * @param error the newest error, if it is not overcome
     * @param parked how many changes are parked
     * @param isTriedAgain whether a batch is being tried again at a target: that is known, and ends by itself
     */
    ShardHealth judge(
            ShardState state,
            String reason,
            Duration offsetAge,
            @Nullable String error,
            List<Finding> findings,
            long parked,
            boolean isTriedAgain) {
        return switch (state) {
            case CREATED, STARTING ->
                offsetAge.compareTo(despair) >= 0
                        ? down("has been starting for " + seconds(offsetAge) + because(error))
                        : degraded("starting" + because(error == null ? firstText(findings) : error));
            case STANDBY, PAUSED ->
                error == null
                        ? new ShardHealth(shard, HealthStatus.UP, reason)
                        : new ShardHealth(shard, HealthStatus.DEGRADED, reason + because(error));
            case STOPPING, STOPPED -> down("closed");
            case FAILED -> down(error == null ? reason : error);
            case LOADING, STREAMING, RETRYING ->
                isTriedAgain
                        ? degraded("trying a target again, without a move for " + seconds(offsetAge) + because(error))
                        : running(state, offsetAge, error, findings, parked);
        };
    }

    private ShardHealth running(
            ShardState state, Duration offsetAge, @Nullable String error, List<Finding> findings, long parked) {
        if (offsetAge.compareTo(despair) >= 0) {
            return down("the offset has not moved for " + seconds(offsetAge) + because(error));
        }
        if (offsetAge.compareTo(doubt) >= 0) {
            return degraded("the offset has not moved for " + seconds(offsetAge) + because(error));
        }
        if (state == ShardState.RETRYING) {
            return degraded("trying again" + because(error));
        }
        if (!findings.isEmpty()) {
            return degraded(findings.get(0).text());
        }
        if (parked > 0) {
            return degraded(parked == 1 ? "1 change is parked" : parked + " changes are parked");
        }
        return new ShardHealth(shard, HealthStatus.UP, state == ShardState.LOADING ? "loading" : "");
    }

    private ShardHealth down(String why) {
        return new ShardHealth(shard, HealthStatus.DOWN, why);
    }

    private ShardHealth degraded(String why) {
        return new ShardHealth(shard, HealthStatus.DEGRADED, why);
    }

    private static @Nullable String firstText(List<Finding> findings) {
        return findings.isEmpty() ? null : findings.get(0).text();
    }

    private static String because(@Nullable String error) {
        return error == null ? "" : ": " + error;
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
