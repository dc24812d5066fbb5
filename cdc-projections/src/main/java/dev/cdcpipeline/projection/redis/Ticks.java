package dev.cdcpipeline.projection.redis;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers that grow: in one process always, and from process to process as clocks do. They need nothing that is stored, which may be
 * gone.
 */
final class Ticks {
    private static final AtomicLong LAST = new AtomicLong();

    private Ticks() {}

    static long next() {
        return LAST.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
    }
}
