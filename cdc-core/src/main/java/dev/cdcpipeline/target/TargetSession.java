package dev.cdcpipeline.target;

import dev.cdcpipeline.offset.Offset;
import java.util.Optional;

/**
 * One target at work for one shard. All methods but {@link #abort()} are called by one thread at a time.
 *
 * <p>The contract in one sentence: {@link #apply} makes changes and offset durable together or not at all, and only while
 * the session's epoch is the newest.
 */
public interface TargetSession extends AutoCloseable {

    /** Where the target stands, as last read or written; empty if it was never told where to begin. Does no I/O. */
    Optional<Offset> offset();

    /**
     * Applies changes and moves the offset, in one atomic write. An empty batch moves the offset only; the first call for a
     * new target does this, and a {@link Target} without an offset accepts any.
     *
     * <p>Changes come in commit order, and a batch holds whole source transactions unless one is larger than the pipeline's
     * limit. The call blocks until the write is durable, gives up within 30 seconds and ends early when the thread is
     * interrupted.
     *
     * @throws dev.cdcpipeline.failure.FencedException if a newer epoch owns the offset; nothing was written
     * @throws dev.cdcpipeline.failure.OffsetLostException if the stored offset is gone, or older than {@link #offset()};
     *     nothing was written, and the session is closed next
     * @throws dev.cdcpipeline.failure.TransientFailure if it may work later; whether it was written may be unknown, so
     *     {@link #recover()} comes next
     * @throws RuntimeException anything else: the batch itself is the trouble; {@link #recover()} comes next
     */
    void apply(ChangeBatch batch, Offset upTo);

    /**
     * Finds out after a failed {@link #apply} what is durable, waiting for a commit that may still be running, and makes the
     * session usable again. {@link #offset()} tells the result.
     *
     * @throws dev.cdcpipeline.failure.FencedException if a newer epoch owns the offset
     * @throws dev.cdcpipeline.failure.OffsetLostException if the stored offset is gone, or older than it was before the batch
     * @throws dev.cdcpipeline.failure.TransientFailure if the target still cannot be reached
     */
    void recover();

    /** Makes a call that another thread is blocked in fail soon. Called when the shard must stop and cannot wait. */
    void abort();

    /** Gives everything back. Does not throw; a write that was not finished is rolled back. */
    @Override
    void close();
}
