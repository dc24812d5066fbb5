package dev.cdcpipeline.failure;

import org.jspecify.annotations.Nullable;

/**
 * A failure that is expected to pass: connection lost, deadlock, serialization failure, timeout, no connections left. The
 * batch is rolled back and tried again with exponential back-off, in order, for as long as the pipeline runs. Targets
 * throw it for what they recognise; a projection may throw it to ask for the same.
 */
public class TransientFailure extends CdcException {
    private static final long serialVersionUID = 1L;

    public TransientFailure(String message) {
        super(message);
    }

    public TransientFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
