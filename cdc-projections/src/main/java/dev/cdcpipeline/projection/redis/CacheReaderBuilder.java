package dev.cdcpipeline.projection.redis;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link CacheReader}. Not thread-safe.
 *
 * @param <V> the values; known when the projection is
 */
public final class CacheReaderBuilder<V> {
    private final RedisAccess access;
    private @Nullable String pipeline;
    private @Nullable String target;
    private @Nullable CachedEntry<V> cached;
    private @Nullable CacheLoader<V> loader;
    private Duration timeout = Duration.ofMillis(200);
    private Duration pause = Duration.ofSeconds(1);
    private Duration leaseTime = Duration.ofSeconds(10);
    private Duration waitForOthers = Duration.ofMillis(200);

    CacheReaderBuilder(RedisAccess access) {
        this.access = access;
    }

    /** The name of the pipeline that writes. Required. */
    public CacheReaderBuilder<V> pipeline(String name) {
        this.pipeline = Objects.requireNonNull(name, "pipeline");
        return this;
    }

    /** The name of its {@link RedisTarget}. Required. */
    public CacheReaderBuilder<V> target(String name) {
        this.target = Objects.requireNonNull(name, "target");
        return this;
    }

    /** What is read. Required, this way or the other. */
    public <W> CacheReaderBuilder<W> projection(CacheProjection<W> projection) {
        return reading(CachedEntry.of(projection));
    }

    /**
     * The same where the service does not know the projection itself.
     *
     * @param name of the projection
     * @param key its whole key template, with a prefix if it has one; where it differs from the pipeline's nothing is ever filled
     * @param codec reads and writes values as the projection's does
     * @param ttl of what is filled; null for no end
     */
    public <W> CacheReaderBuilder<W> projection(String name, String key, CacheCodec<W> codec, @Nullable Duration ttl) {
        EntryExpiry expiry =
                ttl == null ? EntryExpiry.NEVER : EntryExpiry.NEVER.ttl(ttl).jitter(0.1);
        return reading(CachedEntry.of(name, key, codec, expiry));
    }

    @SuppressWarnings("unchecked") // nothing of the former type is there yet, as a loader is given after this
    private <W> CacheReaderBuilder<W> reading(CachedEntry<W> read) {
        if (cached != null || loader != null) {
            throw new IllegalStateException("a reader reads one projection, which is told before the loader");
        }
        CacheReaderBuilder<W> typed = (CacheReaderBuilder<W>) this;
        typed.cached = read;
        return typed;
    }

    /** Loads what is not in Redis. Optional if each read gives its own. */
    public CacheReaderBuilder<V> loader(CacheLoader<V> loader) {
        this.loader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /** How long an answer of Redis is waited for, and a connection. Default 200 ms. */
    public CacheReaderBuilder<V> timeout(Duration timeout) {
        this.timeout = positive(timeout, "timeout");
        return this;
    }

    /** How long Redis is not asked after the connection failed. Default 1 s. */
    public CacheReaderBuilder<V> pauseAfterFailure(Duration pause) {
        this.pause = positive(pause, "pause");
        return this;
    }

    /**
     * How long a load may take for its fill to be accepted, and how long reads of the same key in this process wait for it before
     * they load themselves. Whole seconds are best. Default 10 s.
     */
    public CacheReaderBuilder<V> lease(Duration time) {
        this.leaseTime = positive(time, "lease");
        return this;
    }

    /** How long a read waits for the fill of another process before it loads itself. Default 200 ms; zero not to wait. */
    public CacheReaderBuilder<V> waitForOthers(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("waitForOthers cannot be negative: " + atMost);
        }
        this.waitForOthers = atMost;
        return this;
    }

    private static Duration positive(Duration duration, String what) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(what + " is a millisecond or more, not " + duration);
        }
        return duration;
    }

    /**
     * Builds it. It begins to connect in the background; reads that cannot wait for that ask the loader.
     *
     * @throws IllegalStateException if pipeline, target or projection is missing
     */
    public CacheReader<V> build() {
        CachedEntry<V> read = required(cached, "projection(...)");
        Layout layout = access.layout(required(pipeline, "pipeline(...)"), required(target, "target(...)"));
        ReaderConnection connection = new ReaderConnection(access, timeout, pause);
        connection.connect();
        RedisEntries entries = new RedisEntries(connection, layout, read, leaseTime);
        return new CacheReader<>(entries, read, loader, waitForOthers, leaseTime);
    }

    private static <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalStateException("a cache reader needs " + what);
        }
        return value;
    }
}
