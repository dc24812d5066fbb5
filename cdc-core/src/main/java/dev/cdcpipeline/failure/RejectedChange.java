package dev.cdcpipeline.failure;

import org.jspecify.annotations.Nullable;

/**
 * A projection will not have this change, and another try would not help: thrown by a handler, it has the change put aside at
 * once, by the failure policy of its projection. The default is a dead letter, with this message.
 */
public class RejectedChange extends CdcException {
    private static final long serialVersionUID = 1L;

    /** @param why for whoever looks at the dead letter */
    public RejectedChange(String why) {
        super(why);
    }

    public RejectedChange(String why, @Nullable Throwable cause) {
        super(why, cause);
    }
}
