package dev.cdcpipeline.failure;

/**
 * Another owner has claimed this shard with a newer epoch, so that this one may not write any more. Its transaction was
 * rolled back; nothing it tried to write is visible. The shard stops here and goes on there.
 */
public class FencedException extends CdcException {
    private static final long serialVersionUID = 1L;

    public FencedException(String message) {
        super(message);
    }
}
