package dev.cdcpipeline.failure;

import dev.cdcpipeline.failure.FailureRule.By;
import java.util.List;

/** What a Redis server's errors mean. */
final class RedisRules {

    static final List<FailureRule> ALL = List.of(
            rule("ASK", FailureKind.TRANSIENT, "a slot of the cluster is being moved"),
            rule("BUSY", FailureKind.TRANSIENT, "a script keeps the server busy"),
            rule("CLUSTERDOWN", FailureKind.TRANSIENT, "a part of the cluster has no server"),
            rule("LOADING", FailureKind.TRANSIENT, "the server is starting"),
            rule("MASTERDOWN", FailureKind.TRANSIENT, "the replica has lost its master"),
            rule("MISCONF", FailureKind.TRANSIENT, "the server cannot write to its disk"),
            rule(
                    "MOVED",
                    FailureKind.TRANSIENT,
                    "a slot of the cluster has moved; is it told to the target as a cluster?"),
            rule("NOREPLICAS", FailureKind.TRANSIENT, "too few replicas are connected"),
            rule("OOM", FailureKind.TRANSIENT, "the server has no memory left: raise maxmemory, or let it evict"),
            rule("READONLY", FailureKind.TRANSIENT, "the server is a replica, as during a failover"),
            rule("TRYAGAIN", FailureKind.TRANSIENT, "a slot of the cluster is being moved"),
            rule("UNBLOCKED", FailureKind.TRANSIENT, "the server's role has changed"),
            rule("ERR Script killed by user", FailureKind.TRANSIENT, "an operator has ended the script"),
            rule("ERR max number of clients reached", FailureKind.TRANSIENT, "the server has no connection left"),
            rule("CROSSSLOT", FailureKind.FATAL, "the keys of one command must be in one slot: give them a hash tag"),
            rule("DENIED", FailureKind.FATAL, "the server is in protected mode: give it a password and an address"),
            rule("ERR DB index is out of range", FailureKind.FATAL, "check the number of the database"),
            rule("ERR The user executing the script", FailureKind.FATAL, "grant the command and the keys to the user"),
            rule("ERR This instance has cluster support disabled", FailureKind.FATAL, "the server is not of a cluster"),
            rule("ERR unknown command", FailureKind.FATAL, "the server is too old, or has the command renamed"),
            rule("NOAUTH", FailureKind.FATAL, "name user and password"),
            rule("NOPERM", FailureKind.FATAL, "grant the command and the keys to the user"),
            rule("WRONGPASS", FailureKind.FATAL, "check user and password"),
            rule("WRONGTYPE", FailureKind.DATA, "the key holds a value of another type; who else writes it?"));

    private RedisRules() {}

    private static FailureRule rule(String error, FailureKind kind, String advice) {
        return new FailureRule(By.REDIS_ERROR, error, kind, advice);
    }
}
