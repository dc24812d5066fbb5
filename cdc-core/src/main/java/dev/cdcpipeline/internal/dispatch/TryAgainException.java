package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.failure.CdcException;
import java.time.Duration;

/** A failed batch is to be tried once more, after a pause, although its failure does not pass by itself. */
final class TryAgainException extends CdcException {
    private static final long serialVersionUID = 1L;

    private final Duration pause;

    TryAgainException(Duration pause, Throwable failure) {
        super("another try was asked for: " + failure.getMessage(), failure);
        this.pause = pause;
    }

    Duration pause() {
        return pause;
    }
}
