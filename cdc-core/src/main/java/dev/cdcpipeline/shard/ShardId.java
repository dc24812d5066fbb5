package dev.cdcpipeline.shard;

import java.util.regex.Pattern;

/**
 * The name of a shard, unique in its pipeline. It is part of slot and thread names and of the key of every stored row, so
 * it must not change once the shard has run.
 *
 * @param name 1 to 30 of {@code a-z 0-9 _}, beginning with a letter (PostgreSQL's rule for slot names, shortened)
 */
public record ShardId(String name) implements Comparable<ShardId> {

    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9_]{0,29}");

    /** @throws IllegalArgumentException if the name is not of that form */
    public ShardId {
        if (!VALID.matcher(name).matches()) {
            throw new IllegalArgumentException("shard name '" + name
                    + "' is not 1 to 30 of a-z, 0-9 and _ beginning with a letter (it becomes part of a slot name)");
        }
    }

    @Override
    public int compareTo(ShardId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
