package dev.cdcpipeline.projection.redis;

import java.util.List;

/**
 * One write, as the script {@code write.lua} understands it. All its keys are in one slot.
 *
 * @param operation a letter, see the script
 * @param stretch what many writes of a batch have in common, and is sent once for those that follow one another
 * @param keys the keys, as many as the operation takes
 * @param arguments its arguments
 * @param slot where the keys are
 * @param phase when it must come in a cluster; on one server all come at once
 */
record Write(char operation, Stretch stretch, List<String> keys, List<byte[]> arguments, int slot, Phase phase) {

    /**
     * @param key the key of ours that they change: the index, where they put, remove or note rows; empty for none
     * @param text what the index is to hold of each, or what those that are removed must have; empty for nothing
     * @param leases what the leases of their entries begin with; empty where there are none
     */
    record Stretch(String key, String text, String leases) {
        static final Stretch NONE = new Stretch("", "", "");

        static Stretch of(String key) {
            return new Stretch(key, "", "");
        }
    }

    /** Whether the two can be sent in one stretch. */
    boolean isLike(Write other) {
        return operation == other.operation && stretch.equals(other.stretch);
    }

    /**
     * The order in which writes to different slots must be durable, so that a crash in between leaves what can be put right; and in one
     * script, for one that fails in the middle.
     */
    enum Phase {
        /** Notes where a row may be from now on, before anything is done about it. */
        INTENT,
        /** Notes beside a place which row will be there. In a cluster only. */
        PLACING,
        /** What users read. */
        DATA,
        /** Notes where a row is. */
        INDEX,
        /** Takes back what was noted of a place where a row is not any more. In a cluster only. */
        RETRACT,
        /** Tells others. */
        NOTICE;

        /** Whether it is for places and index that may be lost independently of each other, in different slots. */
        boolean isForClusters() {
            return this == PLACING || this == RETRACT;
        }
    }
}
