package dev.cdcpipeline.failure;

/**
 * A target does not stand any more where its session has left it: its stored offset is gone, or is an older one, because the
 * server was emptied, restarted without its data, restored, or failed over to a replica that was behind. What was applied in
 * between is gone with it.
 *
 * <p>Thrown by a session from {@code apply} or {@code recover}, with nothing written. It is no trouble of a change: no batch is
 * taken apart for it, and no letter is stored. The engine ends, every session is opened anew, and the shard goes on from what
 * the targets have then; see {@link dev.cdcpipeline.target.Target#repairsItself()}. A newer epoch is no loss but
 * {@link FencedException}.
 */
public class OffsetLostException extends CdcException {
    private static final long serialVersionUID = 1L;

    public OffsetLostException(String message) {
        super(message);
    }
}
