package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.postgres.SourceState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** What was last measured at a shard's source. Thread-safe. */
final class SourceGauge {
    private volatile long walLsn = -1;
    private volatile long retained = -1;
    private volatile long aheadMicros;

    void measured(SourceState state) {
        walLsn = state.flushLsn();
        retained = state.retainedBytes().orElse(-1);
        aheadMicros = ChronoUnit.MICROS.between(Instant.now(), state.time());
    }

    void unreachable() {
        walLsn = -1;
        retained = -1;
    }

    /** What the source's clock shows now, about. */
    long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) + aheadMicros;
    }

    OptionalLong walLsn() {
        long now = walLsn;
        return now < 0 ? OptionalLong.empty() : OptionalLong.of(now);
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
