package dev.cdcpipeline.projection.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long entries live.
 *
 * @param ttlMillis in milliseconds; {@link Writes#FOR_EVER} for no end
 * @param jitter by which part of it each entry may live shorter or longer, so that what came together does not go together
 */
record EntryExpiry(long ttlMillis, double jitter) {
    static final EntryExpiry NEVER = new EntryExpiry(Writes.FOR_EVER, 0);

    EntryExpiry {
        if (!(jitter >= 0 && jitter < 1)) {
            throw new IllegalArgumentException(
                    "jitter is a part of the time to live, from 0 to below 1, not " + jitter);
        }
    }

    EntryExpiry ttl(Duration ttl) {
        if (ttl.toMillis() < 1) {
            throw new IllegalArgumentException("a time to live is a millisecond or more, not " + ttl);
        }
        return new EntryExpiry(ttl.toMillis(), jitter);
    }

    EntryExpiry jitter(double fraction) {
        return new EntryExpiry(ttlMillis, fraction);
    }

    boolean isExpiring() {
        return ttlMillis != Writes.FOR_EVER;
    }

    /** The time to live of one entry, in milliseconds; {@link Writes#FOR_EVER} for no end. */
    long next() {
        if (!isExpiring() || jitter == 0) {
            return ttlMillis;
        }
        double factor = 1 + jitter * ThreadLocalRandom.current().nextDouble(-1, 1);
        return Math.max(1, (long) (ttlMillis * factor));
    }

    /** When an entry that is written now is gone at the latest, as {@link IndexedRow#expires()}: the same for a whole batch. */
    long expires() {
        return isExpiring() ? (System.currentTimeMillis() + (long) (ttlMillis * (1 + jitter))) / 1000 + 1 : 0;
    }
}
