package dev.cdcpipeline.projection.redis;

import io.lettuce.core.cluster.SlotHash;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of the keys that a target keeps for itself, beside those that its projections write. They begin with
 * {@code cdc:<pipeline>:<target>}; each lies in the slot of what it belongs to, also where there is no cluster, so that the two
 * look alike.
 */
final class Layout {
    private final String pipeline;
    private final String prefix;
    /** Of each projection, by slot, as far as they were asked for: each change needs one. */
    private final Map<String, @Nullable String[]> indexes = new ConcurrentHashMap<>();

    /**
     * @param pipeline the pipeline's name
     * @param target the target's name
     */
    Layout(String pipeline, String target) {
        if (pipeline.contains("{") || target.contains("{")) {
            throw new IllegalArgumentException(
                    "the names of a pipeline and of a target in Redis cannot contain '{', which"
                            + " begins a hash tag: '" + pipeline + "', '" + target + "'");
        }
        this.pipeline = pipeline;
        this.prefix = "cdc:" + pipeline + ":" + target;
    }

    String pipeline() {
        return pipeline;
    }

    /** On one server: the hash with epoch and offset of each shard, and with the life of the data. */
    String head() {
        return prefix;
    }

    /** In a cluster: the hash with the epoch of each shard, and with the life of the data, for one slot. */
    String head(int slot) {
        return prefix + ":" + SlotTags.tag(slot);
    }

    /** In a cluster: the hash with the offset of a shard. */
    String offset(String shard) {
        return prefix + ":offset:{" + shard + "}";
    }

    /** The hash in which a projection has the rows of this slot, by row id, as {@link IndexedRow}. */
    String index(String projection, int slot) {
        @Nullable String[] names = indexes.computeIfAbsent(projection, name -> new String[SlotHash.SLOT_COUNT]);
        String known = names[slot];
        if (known == null) {
            known = prefix + ":index:" + SlotTags.tag(slot) + ":" + projection;
            names[slot] = known;
        }
        return known;
    }

    /** In a cluster: the hash of which rows a projection has at places in this slot, in case that the index is lost elsewhere. */
    String placed(String projection, int slot) {
        return prefix + ":placed:" + SlotTags.tag(slot) + ":" + projection;
    }

    /** What a reader holds that is about to fill an entry; gone with the next write to the entry. */
    String lease(String entry, int slot) {
        return prefix + ":lease:" + SlotTags.tag(slot) + ":" + entry;
    }

    /** The hash of what each row has added to a counter. */
    String counted(String counter, int slot) {
        return prefix + ":counted:" + SlotTags.tag(slot) + ":" + counter;
    }
}
