package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.RedisServer;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a pipeline does to Redis, step by step: through the store and the scripts of a {@link RedisTarget}. One shard of it. */
final class CachePipeline implements AutoCloseable {
    static final String PROJECTION = "orders";
    static final String KEY = "order:{id}";
    private static final Epoch EPOCH = new Epoch(1);

    final Layout layout;
    private final String shard;
    private final RedisStore store;
    private long sequence;

    CachePipeline(RedisServer redis, String pipeline, String shard, int shards) {
        this(RedisAccess.of(RedisURI.create(redis.uri())), pipeline, shard, shards);
    }

    CachePipeline(RedisAccess access, String pipeline, String shard, int shards) {
        this(access, pipeline, shard, names(shard, shards));
    }

    /** @param members names of all shards, as {@link ShardClaim} has them */
    CachePipeline(RedisAccess access, String pipeline, String shard, String members) {
        this.layout = access.layout(pipeline, "cache");
        this.shard = shard;
        this.store = access.isCluster()
                ? new ClusterStore(access, layout, "[" + shard + "]", shard, members)
                : new SingleStore(access, layout, "[" + shard + "]", shard, members);
    }

    private static String names(String shard, int shards) {
        return TargetUnderTest.shards(shard, shards).stream().map(ShardId::name).collect(Collectors.joining("\u001f"));
    }

    void claim() {
        sequence = store.claim(EPOCH).sequence();
    }

    void admit() {
        store.admitFills(EPOCH, List.of(RedisProjection.fillName(PROJECTION, CachedEntry.key(KEY))));
    }

    void endFills() {
        store.admitFills(EPOCH, List.of());
    }

    boolean isIndexed(String entry) {
        return store.indexed(PROJECTION, List.of(entry)).get(0) != null;
    }

    @Nullable
    IndexedRow indexed(String entry) {
        return store.indexed(PROJECTION, List.of(entry)).get(0);
    }

    /** @return whether it was written: Redis still has what this pipeline has put there */
    boolean write(String entry, @Nullable String value) {
        return write(entry, value, Duration.ZERO);
    }

    /** @param ttl zero for no end */
    boolean write(String entry, @Nullable String value, Duration ttl) {
        Writes writes = new Writes(layout);
        if (value == null) {
            writes.delete(PROJECTION, entry);
        } else {
            EntryExpiry expiry = ttl.isZero() ? EntryExpiry.NEVER : EntryExpiry.NEVER.ttl(ttl);
            IndexedRow row = new IndexedRow(shard, 0, expiry.expires(), List.of());
            writes.set(PROJECTION, entry, Writes.bytes(value), ttl.toMillis(), row);
        }
        try {
            store.write(EPOCH, sequence, Map.of(), writes.all());
            sequence++;
            return true;
        } catch (OffsetLostException e) {
            return false;
        }
    }

    /** Reads what this pipeline keeps, and fills it. Each call is another process. */
    static CachedEntry<String> cached(Duration ttl) {
        return CachedEntry.of(PROJECTION, KEY, new TextCodec(), EntryExpiry.NEVER.ttl(ttl));
    }

    @Override
    public void close() {
        store.close();
    }
}
