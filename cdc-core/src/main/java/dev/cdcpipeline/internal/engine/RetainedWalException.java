package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;

/** The slot holds more WAL back than the user allows; the shard stops. */
final class RetainedWalException extends CdcException {
    private static final long serialVersionUID = 1L;

    RetainedWalException(String message) {
        super(message);
    }
}
