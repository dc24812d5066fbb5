package dev.cdcpipeline.projection.redis;

/**
 * The names of the keys that a target keeps for itself, beside those that its projections write. They begin with
 * {@code cdc:<pipeline>:<target>}. In a cluster each lies in the slot of what it belongs to, by a hash tag; on one server the tag is
 * empty, so that what is one key for each slot there is one key here.
 */
final class Layout {
    private static final String NO_TAG = "{}";

    private final boolean clustered;
    private final String pipeline;
    private final String prefix;

    private Layout(boolean clustered, String pipeline, String target) {
        if (pipeline.contains("{") || target.contains("{")) {
            throw new IllegalArgumentException(
                    "the names of a pipeline and of a target in Redis cannot contain '{', which"
                            + " begins a hash tag: '" + pipeline + "', '" + target + "'");
        }
        this.clustered = clustered;
        this.pipeline = pipeline;
        this.prefix = "cdc:" + pipeline + ":" + target;
    }

    /** On one server. */
    static Layout single(String pipeline, String target) {
        return new Layout(false, pipeline, target);
    }

    static Layout cluster(String pipeline, String target) {
        return new Layout(true, pipeline, target);
    }

    boolean isClustered() {
        return clustered;
    }

    /** In which slot a key is; on one server there is but one. */
    int slotOf(String key) {
        return clustered ? SlotTags.slotOf(key) : 0;
    }

    private String tag(int slot) {
        return clustered ? SlotTags.tag(slot) : NO_TAG;
    }

    String pipeline() {
        return pipeline;
    }

    /** The hash with the epoch of each shard, and with the life of the data; on one server with the offsets as well. */
    String head(int slot) {
        return clustered ? prefix + ":" + tag(slot) : prefix;
    }

    /** In a cluster: the hash with the offset of a shard. */
    String offset(String shard) {
        return prefix + ":offset:{" + shard + "}";
    }

    /** The hash in which a projection has the rows of this slot, by row id, as {@link IndexedRow}. */
    String index(String projection, int slot) {
        return prefix + ":index:" + tag(slot) + ":" + projection;
    }

    /** In a cluster: the hash of which rows a projection has at places in this slot, in case that the index is lost elsewhere. */
    String placed(String projection, int slot) {
        return prefix + ":placed:" + tag(slot) + ":" + projection;
    }

    /** What a reader holds that is about to fill an entry; gone with the next write to the entry. */
    String lease(String entry, int slot) {
        return leases(slot) + entry;
    }

    /** What the leases of all entries in this slot begin with. */
    String leases(int slot) {
        return prefix + ":lease:" + tag(slot) + ":";
    }

    /** The hash of what each row has added to a counter. */
    String counted(String counter, int slot) {
        return prefix + ":counted:" + tag(slot) + ":" + counter;
    }
}
