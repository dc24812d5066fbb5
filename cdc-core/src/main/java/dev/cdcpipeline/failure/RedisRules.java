package dev.cdcpipeline.failure;

import dev.cdcpipeline.failure.FailureRule.By;
import java.util.List;

/** What a Redis server's errors mean. */
final class RedisRules {

    static final List<FailureRule> ALL = List.of(
            rule("BUSY", FailureKind.TRANSIENT, "a script keeps the server busy"),
            rule("CLUSTERDOWN", FailureKind.TRANSIENT, "a part of the cluster has no server"),
            rule("LOADING", FailureKind.TRANSIENT, "the server is starting"),
            rule("MASTERDOWN", FailureKind.TRANSIENT, "the replica has lost its master"),
            rule("MISCONF", FailureKind.TRANSIENT, "the server cannot write to its disk"),
            rule("NOREPLICAS", FailureKind.TRANSIENT, "too few replicas are connected"),
            rule("OOM", FailureKind.TRANSIENT, "the server has no memory left: raise maxmemory, or let it evict"),
            rule("READONLY", FailureKind.TRANSIENT, "the server is a replica, as during a failover"),
            rule("TRYAGAIN", FailureKind.TRANSIENT, "a slot of the cluster is being moved"),
            rule("UNBLOCKED", FailureKind.TRANSIENT, "the server's role has changed"),
            rule("CROSSSLOT", FailureKind.FATAL, "the keys of one command must be in one slot: give them a hash tag"),
            rule("NOAUTH", FailureKind.FATAL, "name user and password"),
            rule("NOPERM", FailureKind.FATAL, "grant the command and the keys to the user"),
            rule("WRONGPASS", FailureKind.FATAL, "check user and password"),
            rule("WRONGTYPE", FailureKind.DATA, "the key holds a value of another type; who else writes it?"));

    private RedisRules() {}

    private static FailureRule rule(String error, FailureKind kind, String advice) {
        return new FailureRule(By.REDIS_ERROR, error, kind, advice);
    }
}
