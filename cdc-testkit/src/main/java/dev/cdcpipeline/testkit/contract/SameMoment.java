package dev.cdcpipeline.testkit.contract;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Two calls by two threads that begin at the same moment. */
record SameMoment<A, B>(A first, B second) {
    private static final int SECONDS = 60;

    static <A, B> SameMoment<A, B> of(Callable<A> first, Callable<B> second) {
        CyclicBarrier barrier = new CyclicBarrier(2);
        CompletableFuture<A> one = CompletableFuture.supplyAsync(() -> call(barrier, first));
        CompletableFuture<B> other = CompletableFuture.supplyAsync(() -> call(barrier, second));
        return new SameMoment<>(one.join(), other.join());
    }

    private static <T> T call(CyclicBarrier barrier, Callable<T> call) {
        try {
            barrier.await(SECONDS, TimeUnit.SECONDS);
            return call.call();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
