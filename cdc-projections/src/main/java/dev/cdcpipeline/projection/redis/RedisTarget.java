package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A Redis that changes are applied to, with exactly-once effect on one server, also with replicas and sentinels: what a batch writes
 * and the offset are one Lua script, which Redis runs and replicates as a whole. Killed at any instant, of the pipeline or of Redis,
 * it is there as a whole or not at all; and an owner that is not the newest any more can write nothing. In a cluster this holds slot by
 * slot, see {@link #cluster}.
 *
 * <pre>{@code
 * RedisTarget.named("cache", "rediss://cdc:secret@cache.internal:6379")
 *         .project(CacheProjection.from(orders).key("order:{id}").ttl(Duration.ofMinutes(10)).build())
 * }</pre>
 *
 * <p>Redis may lose what it was given: it is emptied, restarted without its data, or a replica takes over that was behind. That is
 * noticed with the next batch, which comes within about a second also when nothing happens, and mended without anybody's help: what the
 * source still has is applied again, and otherwise the target's tables are loaded again. The shard is degraded meanwhile.
 *
 * <p>The target keeps keys of its own, all beginning with {@code cdc:<pipeline>:<target>}; docs/redis.md has them, their size, and the
 * rights that a user needs. They must not be evicted: with {@code maxmemory}, use a {@code volatile-*} policy and give entries a time
 * to live, or {@code noeviction}. A batch that finds no memory waits.
 *
 * <p>Each shard has one connection. No call blocks for longer than 10 seconds, apart from a removal of very many keys (a TRUNCATE, the
 * end of a load, {@link #drop}), which goes in steps. While a script runs Redis does nothing else: about 4 ms
 * for 512 changes. A larger batch is several scripts, each of whole source transactions; one transaction is one script.
 *
 * <p>Redis 7. Immutable and thread-safe; {@code project} and {@code drop} return another target.
 */
public final class RedisTarget implements Target {
    private final String name;
    private final RedisAccess access;
    private final List<RedisProjection> projections;
    private final Map<String, FailurePolicy> policies;
    private final List<RedisProjection> dropped;

    private RedisTarget(
            String name,
            RedisAccess access,
            List<RedisProjection> projections,
            Map<String, FailurePolicy> policies,
            List<RedisProjection> dropped) {
        this.name = name;
        this.access = access;
        this.projections = List.copyOf(projections);
        this.policies = Map.copyOf(policies);
        this.dropped = List.copyOf(dropped);
    }

    private static RedisTarget named(String name, RedisAccess access) {
        if (name.isBlank() || name.contains("{")) {
            throw new IllegalArgumentException("a target in Redis needs a name without '{', not '" + name + "'");
        }
        return new RedisTarget(name, access, List.of(), Map.of(), List.of());
    }

    /**
     * A server, or with {@code redis-sentinel://} the master that sentinels name, without projections. Its client is the target's own.
     *
     * @param name part of the stored offset's key: it must not change once the pipeline has run
     * @param uri {@code redis://user:password@host:6379/0}, {@code rediss://} with TLS, {@code redis-sentinel://host1,host2/0#master}
     */
    public static RedisTarget named(String name, String uri) {
        return named(name, RedisAccess.parse(uri));
    }

    /** The same with a URI that was built: with credentials that change, or a CA file of its own. */
    public static RedisTarget named(String name, RedisURI uri) {
        return named(name, RedisAccess.of(uri));
    }

    /**
     * The same by the user's client.
     *
     * @param client stays the caller's, who closes it after the pipeline; it must have been made with a URI
     */
    public static RedisTarget named(String name, RedisClient client) {
        return named(name, RedisAccess.of(client));
    }

    /**
     * In a Redis cluster. There a batch is not one atomic write but one for each slot, each idempotent, and the offset comes last: after
     * a crash a part of a batch may be seen ahead of the rest, until it is applied again.
     *
     * @param nodes some nodes of the cluster, by which the others are found
     */
    public static RedisTarget cluster(String name, RedisURI... nodes) {
        return named(name, RedisAccess.ofCluster(List.of(nodes)));
    }

    /**
     * In a Redis cluster, see {@link #cluster}.
     *
     * @param client stays the caller's, who closes it after the pipeline. Let it refresh its topology, periodically and adaptively
     */
    public static RedisTarget named(String name, RedisClusterClient client) {
        return named(name, RedisAccess.of(client));
    }

    /**
     * The same with one more projection.
     *
     * @throws IllegalArgumentException if it has the name of another one, or the same keys: only members of one set, or of one sorted
     *     set, may come from several
     */
    public RedisTarget project(RedisProjection projection) {
        List<RedisProjection> all = new ArrayList<>(projections);
        requireNew(projection);
        requireOwnKeys(projection, projections);
        requireOwnKeys(projection, dropped);
        all.add(projection);
        return new RedisTarget(name, access, all, policies, dropped);
    }

    /**
     * The same with what becomes of changes that fail. Default: the pipeline's own policy. A change is applied for all projections of
     * its table or for none: the first of them by name stands for all, and its policy decides.
     */
    public RedisTarget project(RedisProjection projection, FailurePolicy policy) {
        RedisTarget with = project(projection);
        Map<String, FailurePolicy> all = new TreeMap<>(policies);
        all.put(projection.name(), Objects.requireNonNull(policy, "policy"));
        return new RedisTarget(name, access, with.projections, all, dropped);
    }

    /**
     * The same with a former projection given up: what it has in Redis is removed when the target is opened. It may stay here for as
     * long as one likes.
     *
     * @throws IllegalArgumentException if another projection has its name, or its keys, which would be removed with it
     */
    public RedisTarget drop(RedisProjection former) {
        requireNew(former);
        requireOwnKeys(former, projections);
        List<RedisProjection> all = new ArrayList<>(dropped);
        all.add(former);
        return new RedisTarget(name, access, projections, policies, all);
    }

    private void requireNew(RedisProjection projection) {
        boolean known = projections.stream().anyMatch(other -> other.name().equals(projection.name()))
                || dropped.stream().anyMatch(other -> other.name().equals(projection.name()));
        if (known) {
            throw new IllegalArgumentException("target '" + name + "' has a projection '" + projection.name()
                    + "' already; give one of them another name by named(...)");
        }
    }

    /** The delete of one would remove what the other has written, and a row of one count for that of the other. */
    private void requireOwnKeys(RedisProjection projection, List<RedisProjection> others) {
        Optional<String> keys = projection.ownKeys();
        for (RedisProjection other : others) {
            if (keys.isPresent() && keys.equals(other.ownKeys())) {
                throw new IllegalArgumentException("target '" + name + "': projections '" + other.name() + "' and '"
                        + projection.name() + "' have the same keys, '" + keys.get()
                        + "', so that one would remove what the other has written; give one of them another key, or a"
                        + " prefix(...)");
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return projections.stream()
                .<SourceTable<?>>map(RedisProjection::table)
                .distinct()
                .toList();
    }

    @Override
    public Map<String, Set<String>> fills(TableName table) {
        Map<String, Set<String>> filled = new TreeMap<>();
        for (RedisProjection projection : projections) {
            if (projection.table().name().equals(table)) {
                Set<String> columns = new TreeSet<>();
                projection.table().columns().forEach(column -> columns.add(column.column()));
                filled.put(projection.name(), columns);
            }
        }
        return filled;
    }

    @Override
    public Optional<FailurePolicy> failurePolicy(String projection) {
        return Optional.ofNullable(policies.get(projection));
    }

    /** Redis may lose what it has: its tables are then loaded again. */
    @Override
    public boolean repairsItself() {
        return true;
    }

    @Override
    public TargetSession open(TargetContext context) {
        return RedisSession.open(this, context);
    }

    /** Data and index stay, and so do the names of the keys that are the target's own; nothing reads the offset any more. */
    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {
        String who = "[" + shard + "] target '" + name + "'";
        RedisSession.forget(
                store(pipeline, shard, Set.of(), who), new SessionFailures(who, FailureTable.standard()), epoch);
    }

    /** @param shards all of the pipeline; none if that is not to be noted */
    RedisStore store(String pipeline, ShardId shard, Set<ShardId> shards, String who) {
        Layout layout = layout(pipeline);
        String members = shards.stream().map(ShardId::name).sorted().collect(Collectors.joining("\u001f"));
        return layout.isClustered()
                ? new ClusterStore(access, layout, who, shard.name(), members)
                : new SingleStore(access, layout, who, shard.name(), members);
    }

    Layout layout(String pipeline) {
        return access.layout(pipeline, name);
    }

    List<RedisProjection> projections() {
        return projections;
    }

    List<RedisProjection> dropped() {
        return dropped;
    }

    @Override
    public String toString() {
        return "RedisTarget[" + name + " with " + projections + "]";
    }
}
