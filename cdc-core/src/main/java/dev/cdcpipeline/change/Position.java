package dev.cdcpipeline.change;

import java.util.Comparator;

/**
 * A place in one shard's stream of changes. Positions of one shard are totally ordered; positions of different shards
 * mean nothing to each other. Outside the decoder a position is opaque: compare it, store it, print it.
 *
 * <p>For PostgreSQL it is (end of the last commit before the change, WAL location of the change, ordinal among the changes
 * that share both): WAL locations alone are not ordered by commit, and several rows of one COPY share one location.
 *
 * @param base where the last finished transaction ended
 * @param offset where the change itself stands; 0 for the boundary {@code base}
 * @param ordinal 0, 1, 2 ... among changes with the same base and offset; -1 for the boundary {@code base}
 */
public record Position(long base, long offset, int ordinal) implements Comparable<Position> {

    private static final Comparator<Position> ORDER = (a, b) -> {
        int byBase = Long.compareUnsigned(a.base, b.base);
        if (byBase != 0) {
            return byBase;
        }
        int byOffset = Long.compareUnsigned(a.offset, b.offset);
        return byOffset != 0 ? byOffset : Integer.compare(a.ordinal, b.ordinal);
    };

    /** The position right after the transaction that ended at {@code base} and before anything later. */
    public static Position boundary(long base) {
        return new Position(base, 0, -1);
    }

    /** The later of two positions. */
    public static Position max(Position a, Position b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    /** The text form that stores keep: {@code base/offset/ordinal}, the first two in hexadecimal. */
    @Override
    public String toString() {
        return Long.toHexString(base) + "/" + Long.toHexString(offset) + "/" + ordinal;
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if {@code text} is not the text form of a position
     */
    public static Position parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a position: '" + text + "'");
        }
        return new Position(
                Long.parseUnsignedLong(parts[0], 16), Long.parseUnsignedLong(parts[1], 16), Integer.parseInt(parts[2]));
    }
}
