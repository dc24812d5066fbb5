package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the scripts return. */
final class Replies {
    private final String who;
    private final String head;

    /**
     * @param who for messages
     * @param head the hash that they look at, for messages
     */
    Replies(String who, String head) {
        this.who = who;
        this.head = head;
    }

    /**
     * Sees to it that the script did what it was to do.
     *
     * @throws FencedException if a newer epoch was there
     * @throws OffsetLostException if nothing, or something else than expected, was there
     */
    void require(List<Object> reply, long epoch) {
        String answer = text(reply, 0);
        if (answer.equals("FENCED")) {
            throw new FencedException(who + " is not ours any more: we hold epoch " + epoch + ", key '" + head
                    + "' has epoch " + text(reply, 1) + "; nothing was written, another owner runs the shard");
        }
        if (answer.equals("LOST")) {
            boolean gone = reply.size() < 2 || text(reply, 1).isEmpty();
            throw new OffsetLostException(who + " has lost "
                    + (gone
                            ? "its offset: key '" + head + "' is gone"
                            : "data: key '" + head + "' is not as it was left")
                    + "; was Redis emptied, restarted without its data, or failed over to a replica that was behind?");
        }
    }

    static String text(List<Object> reply, int index) {
        return new String((byte[]) reply.get(index), StandardCharsets.UTF_8);
    }
}
