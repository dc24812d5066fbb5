package dev.cdcpipeline.monitor;

/** How well a shard, or a pipeline, is. In the order from good to bad. */
public enum HealthStatus {
    /** It does what it is for; or rightly nothing: it is standby, or paused by an operator. */
    UP,
    /** It goes on, but not as it should: a target is tried again, it lags, or something needs an operator's eye. */
    DEGRADED,
    /** Changes do not arrive. */
    DOWN
}
