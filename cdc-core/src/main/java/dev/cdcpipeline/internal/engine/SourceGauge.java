package dev.cdcpipeline.internal.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** What was last measured at a shard's source. Thread-safe. */
final class SourceGauge {
    private volatile long walLsn = -1;
    private volatile long retained = -1;
    private volatile long aheadMicros;

    /**
     * @param newWalLsn how far the WAL is written
     * @param newRetained how many bytes of it the slot holds back; -1 if there is no slot
     * @param clock the source's clock
     */
    void measured(long newWalLsn, long newRetained, Instant clock) {
        walLsn = newWalLsn;
        retained = newRetained;
        aheadMicros = ChronoUnit.MICROS.between(Instant.now(), clock);
    }

    void unreachable() {
        walLsn = -1;
        retained = -1;
    }

    /** What the source's clock shows now, about. */
    long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) + aheadMicros;
    }

    OptionalLong lagBytes(long appliedLsn) {
        long wal = walLsn;
        return wal < 0 || appliedLsn < 0 ? OptionalLong.empty() : OptionalLong.of(Math.max(0, wal - appliedLsn));
    }

    OptionalLong retainedBytes() {
        long now = retained;
        return now < 0 ? OptionalLong.empty() : OptionalLong.of(now);
    }
}
