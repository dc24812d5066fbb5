package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.failure.CdcException;

/** A target refused a batch again and again; the shard stops on purpose, with nothing skipped. */
public final class TargetGaveUpException extends CdcException {
    private static final long serialVersionUID = 1L;

    TargetGaveUpException(String target, int tries, Throwable cause) {
        super(
                "target '" + target + "' refused a batch " + tries
                        + " times, so the shard was stopped: nothing was skipped,"
                        + " the slot keeps the changes; mend the cause and restart. Last error: "
                        + (cause instanceof CdcException ? cause.getMessage() : cause),
                cause);
    }
}
