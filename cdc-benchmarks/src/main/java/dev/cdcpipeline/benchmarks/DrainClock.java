package dev.cdcpipeline.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Measures a drain, in the same way for every variant: it runs from the end of the first batch, whose changes do not count, to
 * the end of the last one. So starting up is left out and a cold JVM is not. Fed by one thread.
 */
final class DrainClock {
    private record Mark(long changes, long nanos, long cpuNanos) {}

    private final long expected;
    private final CountDownLatch done = new CountDownLatch(1);
    private long changes;
    private @Nullable Mark first;
    private @Nullable Mark half;
    private @Nullable Mark last;

    DrainClock(long expected) {
        this.expected = expected;
    }

    void batchDone(int more) {
        changes += more;
        if (more == 0 || last != null) {
            return;
        }
        if (first == null) {
            first = mark();
        } else if (half == null && changes >= expected / 2) {
            half = mark();
        }
        if (changes >= expected) {
            last = mark();
            done.countDown();
        }
    }

    private Mark mark() {
        return new Mark(changes, System.nanoTime(), cpuNanos());
    }

    /** CPU time that this JVM has used. */
    static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    DrainResult await() throws InterruptedException {
        done.await();
        if (first == null || half == null || last == null) {
            throw new IllegalStateException("too few changes to measure: " + changes);
        }
        return new DrainResult(
                rate(first, last),
                rate(half, last),
                (last.cpuNanos - first.cpuNanos) / 1e3 / (last.changes - first.changes),
                heapMegabytes());
    }

    private static double heapMegabytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() / 1e6;
    }

    private static double rate(Mark from, Mark to) {
        return (to.changes - from.changes) * 1e9 / (to.nanos - from.nanos);
    }
}
