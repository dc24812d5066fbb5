package dev.cdcpipeline.pipeline;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Stops a load at its nth row of {@code a}, once, until it is released. */
record LoadBarrier(int row, AtomicInteger rows, CountDownLatch reached, CountDownLatch released) {

    static LoadBarrier at(int row) {
        return new LoadBarrier(row, new AtomicInteger(), new CountDownLatch(1), new CountDownLatch(1));
    }

    HandlerProjection projection() {
        return HandlerProjection.named("barrier").on(Item.A, (change, handle) -> {
            if (change.operation() == Operation.READ && rows.incrementAndGet() == row) {
                reached.countDown();
                released.await();
            }
        });
    }
}
