package dev.cdcpipeline.projection.redis;

import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;

/**
 * A short hash tag for each slot of a Redis cluster, by which a key of ours lies where another key lies.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags">Redis cluster specification,
 *     hash tags</a>
 */
final class SlotTags {
    /** The smallest number in base 36 that hashes to the slot: the same in every process and version. */
    private static final String[] TAGS = new String[SlotHash.SLOT_COUNT];

    static {
        int missing = TAGS.length;
        for (int number = 0; missing > 0; number++) {
            String tag = Integer.toString(number, Character.MAX_RADIX);
            int slot = SlotHash.getSlot(tag.getBytes(StandardCharsets.US_ASCII));
            if (TAGS[slot] == null) {
                TAGS[slot] = "{" + tag + "}";
                missing--;
            }
        }
    }

    private SlotTags() {}

    /** The slot of a key. */
    static int slotOf(String key) {
        return SlotHash.getSlot(key.getBytes(StandardCharsets.UTF_8));
    }

    /** What makes a key that contains it as its first hash tag lie in the slot, with the braces. */
    static String tag(int slot) {
        return TAGS[slot];
    }
}
