package dev.cdcpipeline.failure;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything that cdc-pipeline throws. The message says who (shard, target, table), what, and what to do
 * about it; it never holds a password.
 */
public class CdcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CdcException(String message) {
        super(message);
    }

    public CdcException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
