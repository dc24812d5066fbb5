package dev.cdcpipeline.internal.dispatch;

import java.time.Duration;

/** A failed batch is to be tried once more, after a pause, although its failure does not pass by itself. */
final class TryAgainException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration pause;

    TryAgainException(Duration pause, Throwable failure) {
        super(failure);
        this.pause = pause;
    }

    Duration pause() {
        return pause;
    }
}
