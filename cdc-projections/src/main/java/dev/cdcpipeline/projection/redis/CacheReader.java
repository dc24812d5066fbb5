package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.projection.redis.Flight.Outcome;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link CacheProjection} keeps in Redis, and where there is nothing loads it and fills it in. For any service; it
 * needs neither a pipeline nor Debezium on its class path.
 *
 * <pre>{@code
 * CacheReader<Order> orders = CacheReader.of("redis://cache.internal")
 *         .pipeline("shop").target("cache")
 *         .projection(orderCache)
 *         .loader(key -> repository.find((Long) key.get(0)))
 *         .build();
 * Optional<Order> order = orders.get(1L);
 * }</pre>
 *
 * <p>A fill never replaces what the pipeline has written and never brings back what it has removed, however long the load took and
 * whatever happened to the entry meanwhile: it is refused if any change came to the entry since before the load. The loader must
 * read the primary; see {@link CacheLoader}. A read that begins after the pipeline has written a change does not return what was
 * before it, except while Redis itself goes back to older data.
 *
 * <p>Several reads of one key that find nothing load once: in one process they wait for the one who loads, in others for a bounded
 * time ({@link CacheReaderBuilder#waitForOthers}). A row that does not exist is loaded each time; nothing is stored for it.
 *
 * <p>Redis that is down, slow, full or has what cannot be read costs at most the timeout, soon nothing, and the loader is asked; its
 * exceptions are the only ones that a read throws. Thread-safe.
 *
 * @param <V> the values
 */
public final class CacheReader<V> implements AutoCloseable {
    private final CacheEntries entries;
    private final CachedEntry<V> cached;
    private final @Nullable CacheLoader<V> loader;
    private final EntryReader<V> reader;
    private final Duration longestWait;
    private final ReaderCounters counters = new ReaderCounters();
    private final ConcurrentMap<String, Flight<V>> flights = new ConcurrentHashMap<>();

    CacheReader(
            CacheEntries entries,
            CachedEntry<V> cached,
            @Nullable CacheLoader<V> loader,
            Duration waitForOthers,
            Duration longestWait) {
        this.entries = entries;
        this.cached = cached;
        this.loader = loader;
        this.longestWait = longestWait;
        this.reader = new EntryReader<>(entries, cached.codec(), waitForOthers, counters);
    }

    /**
     * @param uri {@code redis://user:password@host:6379/0}, {@code rediss://} with TLS, {@code redis-sentinel://host1,host2/0#master}
     */
    public static CacheReaderBuilder<Object> of(String uri) {
        return of(RedisURI.create(uri));
    }

    public static CacheReaderBuilder<Object> of(RedisURI uri) {
        return new CacheReaderBuilder<>(RedisAccess.of(uri));
    }

    /** @param client stays the caller's, who closes it after the reader; it must have been made with a URI */
    public static CacheReaderBuilder<Object> of(RedisClient client) {
        return new CacheReaderBuilder<>(RedisAccess.of(client));
    }

    /** The same for a Redis cluster. */
    public static CacheReaderBuilder<Object> of(RedisClusterClient client) {
        return new CacheReaderBuilder<>(RedisAccess.of(client));
    }

    /** @param nodes some nodes of a Redis cluster, by which the others are found */
    public static CacheReaderBuilder<Object> ofCluster(Collection<RedisURI> nodes) {
        return new CacheReaderBuilder<>(RedisAccess.ofCluster(nodes));
    }

    /**
     * Reads one value, and loads it with the reader's loader if it is not in Redis.
     *
     * @param key what is in braces in the key template, in that order; the Redis key itself where the projection computes it
     * @throws IllegalArgumentException if the key template does not take it
     * @throws IllegalStateException if the reader was built without a loader
     */
    public Optional<V> get(Object... key) {
        return get(List.of(key), requireLoader());
    }

    /** The same with a loader for this read. Who waits for another's load of the same key gets what that one loads. */
    public Optional<V> get(List<Object> key, CacheLoader<V> loader) {
        String entry = cached.key().apply(key.toArray());
        return get(entry, () -> reader.look(entry), () -> loader.load(key));
    }

    /**
     * Reads several values in one go, and loads those that are not in Redis, one after another.
     *
     * @param keys each as for {@link #get(Object...)}
     * @return in the order of the keys
     * @throws IllegalStateException if the reader was built without a loader
     */
    public List<Optional<V>> getAll(List<? extends List<?>> keys) {
        return getAll(keys, requireLoader());
    }

    /** The same with a loader for this read. */
    public List<Optional<V>> getAll(List<? extends List<?>> keys, CacheLoader<V> loader) {
        List<String> names = new ArrayList<>(keys.size());
        keys.forEach(key -> names.add(cached.key().apply(key.toArray())));
        long asOf = System.nanoTime();
        Supplier<List<byte @Nullable []>> found = all(names);
        List<Optional<V>> values = new ArrayList<>(keys.size());
        for (int i = 0; i < names.size(); i++) {
            int at = i;
            values.add(get(
                    names.get(at),
                    () -> {
                        byte[] value = found.get().get(at);
                        return value == null ? null : reader.decoded(value, asOf);
                    },
                    () -> loader.load(List.copyOf(keys.get(at)))));
        }
        return values;
    }

    private Supplier<List<byte @Nullable []>> all(List<String> names) {
        try {
            List<byte @Nullable []> found = entries.getAll(names);
            return () -> found;
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        }
    }

    private CacheLoader<V> requireLoader() {
        if (loader == null) {
            throw new IllegalStateException("the reader of '" + cached.name()
                    + "' was built without a loader; give one to the builder, or to each read");
        }
        return loader;
    }

    private Optional<V> get(String entry, Supplier<@Nullable Outcome<V>> look, Supplier<Optional<V>> load) {
        long began = System.nanoTime();
        RuntimeException failure = null;
        Supplier<@Nullable Outcome<V>> next = look;
        while (true) {
            try {
                Outcome<V> hit = next.get();
                if (hit != null) {
                    return hit.value();
                }
                if (next == look) {
                    counters.misses.increment();
                }
            } catch (RuntimeException e) {
                failure = e;
            }
            Flight<V> mine = new Flight<>();
            Flight<V> other = flights.putIfAbsent(entry, mine);
            if (other == null) {
                return lead(entry, mine, load, failure).value();
            }
            Outcome<V> shared = other.isOfThisThread() ? null : other.await(longestWait);
            if (shared == null) {
                counters.loads.increment();
                return load.get();
            }
            if (shared.isFreshFor(began)) {
                return shared.value();
            }
            failure = null;
            next = () -> reader.look(entry);
        }
    }

    private Outcome<V> lead(
            String entry, Flight<V> flight, Supplier<Optional<V>> load, @Nullable RuntimeException failure) {
        try {
            Outcome<V> found =
                    failure == null ? reader.loadAndFill(entry, load) : reader.fallBack(entry, load, failure);
            flights.remove(entry, flight);
            flight.ended(found);
            return found;
        } catch (Throwable e) { // a loader in Kotlin may throw what it does not declare
            flights.remove(entry, flight);
            flight.failed(e);
            throw e;
        }
    }

    /** What it has done so far. */
    public ReaderStatistics statistics() {
        return counters.now();
    }

    /** Closes the connection. Reads that come later ask the loader. Does not wait. */
    @Override
    public void close() {
        entries.close();
    }

    /** Without keys and values. */
    @Override
    public String toString() {
        return "CacheReader[" + Objects.requireNonNull(cached.name()) + "]";
    }
}
