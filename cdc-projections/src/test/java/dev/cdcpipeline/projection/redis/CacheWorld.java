package dev.cdcpipeline.projection.redis;

import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * One row at the source, which goes through states, its entry in Redis, and what may happen to both. Knows what a reader may see.
 */
final class CacheWorld {
    final String id;
    final String entry;
    final CachePipeline pipeline;
    private final RedisCommands<String, byte[]> redis;
    private final List<@Nullable String> states;
    private final List<String> violations = new ArrayList<>();
    private Map<String, byte @Nullable []> replica = Map.of();
    private volatile int source;
    private volatile int applied = -1;
    private boolean entryMayBeOlder;

    /** @param states of the row, all different; null for no row */
    CacheWorld(String id, CachePipeline pipeline, RedisCommands<String, byte[]> redis, List<@Nullable String> states) {
        this.id = id;
        this.entry = "order:" + id;
        this.pipeline = pipeline;
        this.redis = redis;
        this.states = states;
    }

    void commit() {
        source++;
    }

    int source() {
        return source;
    }

    @Nullable
    String row() {
        return states.get(source);
    }

    /** The pipeline writes the state after the one that it has written before. */
    void apply() {
        int next = Math.max(applied, 0) + 1;
        if (pipeline.write(entry, states.get(next))) {
            applied = next;
        }
    }

    /** A load finds the row. */
    void reload() {
        int found = source;
        if (states.get(found) != null && pipeline.write(entry, states.get(found))) {
            applied = found;
        }
    }

    /** By its expiry, or for want of memory. */
    void evict() {
        redis.del(entry);
    }

    void loseLease() {
        redis.del(pipeline.layout.lease(entry, 0));
    }

    /** A replica has everything until now. */
    void replicate() {
        Map<String, byte @Nullable []> copied = new LinkedHashMap<>();
        int slot = pipeline.layout.slotOf(entry);
        for (String key : List.of(
                pipeline.layout.head(0),
                entry,
                pipeline.layout.lease(entry, slot),
                pipeline.layout.index(CachePipeline.PROJECTION, slot))) {
            copied.put(key, redis.dump(key));
        }
        replica = copied;
    }

    /** That replica takes over, with what it has. */
    void failOver() {
        entryMayBeOlder = true;
        replica.forEach((key, value) -> {
            redis.del(key);
            if (value != null) {
                redis.restore(key, 0, value);
            }
        });
    }

    void flush() {
        redis.flushall();
    }

    Schedule.Actor reads(ExecutorService threads, CacheReader<String> reader, int times) {
        return new SteppedRead(threads, () -> {
            for (int i = 0; i < times; i++) {
                int before = applied;
                Optional<String> read = reader.get(List.of(id), key -> {
                    SteppedRead.gate();
                    return Optional.ofNullable(row());
                });
                int seen = states.indexOf(read.orElse(null));
                if (seen < before && !entryMayBeOlder) {
                    violations.add("a read that began after state " + before + " was written has given state " + seen);
                }
            }
        });
    }

    /** When everything is done: what is wrong, and has become of it. */
    List<String> check() {
        byte[] stored = redis.get(entry);
        String value = stored == null ? null : new TextCodec().decode(stored);
        if (value != null && !Objects.equals(value, row())) {
            violations.add("the source has state " + source + ", Redis has state " + states.indexOf(value));
        }
        if (value != null && !pipeline.isIndexed(entry)) {
            violations.add("an entry is not in the index");
        }
        return violations;
    }
}
