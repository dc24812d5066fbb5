package dev.cdcpipeline.internal.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts the steps of a test, what is written in their order, and lets some of them fail, before or after they are done. */
final class Steps {
    final List<String> written = new ArrayList<>();
    private IntFunction<@Nullable Throwable> failures = step -> null;
    private int count;

    /** The process ends. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** @param failure what a step fails with, by its number from 1; a write has two, before and after */
    void fail(IntFunction<@Nullable Throwable> failure) {
        failures = failure;
        count = 0;
    }

    void goWell() {
        fail(step -> null);
    }

    int count() {
        return count;
    }

    void about(String what) {
        Throwable failure = failures.apply(++count);
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    <T> T write(String what, Supplier<T> work) {
        about(what);
        T result = work.get();
        written.add(what);
        about(what);
        return result;
    }
}
