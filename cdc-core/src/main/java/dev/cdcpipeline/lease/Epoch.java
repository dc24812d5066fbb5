package dev.cdcpipeline.lease;

/**
 * A fencing token: grows by one each time a shard is claimed by an owner. Whatever an owner writes carries its epoch, and a
 * store refuses a write that carries an older one.
 *
 * @param value 1 or more
 */
public record Epoch(long value) implements Comparable<Epoch> {

    public Epoch {
        if (value < 1) {
            throw new IllegalArgumentException("an epoch starts at 1, got " + value);
        }
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }
}
