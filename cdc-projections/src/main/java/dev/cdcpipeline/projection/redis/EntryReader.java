package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.projection.redis.Flight.Outcome;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one read: look, take the lease, load, fill.
 *
 * <p>What was loaded after the lease was taken shows every change that the pipeline had written by then. The pipeline takes the lease
 * away with each change of the entry. So if the fill finds the lease, nothing newer than the value has been in Redis.
 */
final class EntryReader<V> {
    private static final Logger LOG = LoggerFactory.getLogger(CacheReader.class);
    private static final long FIRST_LOOK_MILLIS = 2;
    private static final long MOST_BETWEEN_LOOKS_MILLIS = 20;

    private final CacheEntries entries;
    private final CacheCodec<V> codec;
    private final Duration waitForOthers;
    private final ReaderCounters counters;

    EntryReader(CacheEntries entries, CacheCodec<V> codec, Duration waitForOthers, ReaderCounters counters) {
        this.entries = entries;
        this.codec = codec;
        this.waitForOthers = waitForOthers;
        this.counters = counters;
    }

    /**
     * What is in Redis.
     *
     * @throws RuntimeException if it cannot be asked, or has what cannot be read
     */
    @Nullable
    Outcome<V> look(String entry) {
        long asOf = System.nanoTime();
        byte[] found = entries.get(entry);
        return found == null ? null : decoded(found, asOf);
    }

    Outcome<V> decoded(byte[] found, long asOf) {
        Outcome<V> outcome = new Outcome<>(Optional.of(codec.decode(found)), asOf);
        counters.hits.increment();
        return outcome;
    }

    /** After a look that found nothing: loads, unless somebody else fills it in time. */
    Outcome<V> loadAndFill(String entry, Supplier<Optional<V>> loader) {
        Lease.Granted lease;
        try {
            long asOf = System.nanoTime();
            Lease answer = lease(entry);
            if (answer instanceof Lease.Found found) {
                return decoded(found.value(), asOf);
            }
            lease = answer instanceof Lease.Granted granted ? granted : null;
        } catch (RuntimeException e) {
            return fallBack(entry, loader, e);
        }
        if (lease == null) {
            counters.unadmitted.increment();
            return load(loader);
        }
        return fill(entry, lease, loader);
    }

    /** Without Redis, which has failed. */
    Outcome<V> fallBack(String entry, Supplier<Optional<V>> loader, RuntimeException failure) {
        LOG.debug("the loader is asked for {}, not Redis: {}", entry, failure.toString());
        counters.fallbacks.increment();
        return load(loader);
    }

    private Outcome<V> load(Supplier<Optional<V>> loader) {
        counters.loads.increment();
        long asOf = System.nanoTime();
        return new Outcome<>(Objects.requireNonNull(loader.get(), "what the loader returns"), asOf);
    }

    private Lease lease(String entry) {
        long until = System.nanoTime() + waitForOthers.toNanos();
        long pause = FIRST_LOOK_MILLIS;
        while (true) {
            Lease answer = entries.lease(entry, until - System.nanoTime() <= 0);
            if (!(answer instanceof Lease.Held)) {
                return answer;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Lease.Unadmitted();
            }
            pause = Math.min(2 * pause, MOST_BETWEEN_LOOKS_MILLIS);
        }
    }

    private Outcome<V> fill(String entry, Lease.Granted lease, Supplier<Optional<V>> loader) {
        Outcome<V> loaded;
        try {
            loaded = load(loader);
        } catch (Throwable e) {
            giveBack(entry, lease);
            throw e;
        }
        byte[] value;
        try {
            value = loaded.value().map(codec::encode).orElse(null);
        } catch (RuntimeException e) {
            LOG.debug("{} was loaded, but its codec cannot write it: {}", entry, e.toString());
            counters.refusedFills.increment();
            giveBack(entry, lease);
            return loaded;
        }
        try {
            long asOf = System.nanoTime();
            if (entries.fill(entry, lease, value)) {
                if (value != null) {
                    counters.fills.increment();
                }
                return new Outcome<>(loaded.value(), asOf);
            }
            counters.refusedFills.increment();
            Outcome<V> newer = look(entry);
            return newer == null ? loaded : newer;
        } catch (RuntimeException e) {
            LOG.debug("{} was loaded, but Redis does not take it: {}", entry, e.toString());
            return loaded;
        }
    }

    private void giveBack(String entry, Lease.Granted lease) {
        try {
            entries.fill(entry, lease, null);
        } catch (RuntimeException e) {
            LOG.debug("the lease of {} will expire: {}", entry, e.toString());
        }
    }
}
