package dev.cdcpipeline.policy;

/**
 * From when on parking is no answer: a bug or a missing table is not a poison message. When a limit is met the shard stops with
 * the reason, the batch at which it was met is rolled back, and a restart begins to count anew.
 *
 * @param share of the changes of a projection in the window, how many may fail; above 0, up to 1. Default 0.5
 * @param minimum how many must have failed before the share counts; from 1. Default 20
 * @param window how many of the newest changes of a projection count, those parked behind others left out; from {@code minimum} to
 *     100,000. Default 100
 * @param parked most changes that a target keeps parked for a shard, those behind others included; from 1 to 10,000,000. Their keys
 *     are held in memory, about 200 bytes each. Default 100,000
 */
public record ParkingLimits(double share, int minimum, int window, int parked) {

    private static final ParkingLimits STANDARD = new ParkingLimits(0.5, 20, 100, 100_000);

    public ParkingLimits {
        require(share > 0 && share <= 1, "share must be above 0 and up to 1, got " + share);
        require(minimum >= 1, "minimum must be 1 or more, got " + minimum);
        require(window >= minimum && window <= 100_000, "window must be in minimum to 100,000, got " + window);
        require(parked >= 1 && parked <= 10_000_000, "parked must be in 1 to 10,000,000, got " + parked);
    }

    private static void require(boolean fits, String otherwise) {
        if (!fits) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** Half of at least 20, among the newest 100; 100,000 in all. */
    public static ParkingLimits standard() {
        return STANDARD;
    }

    /** The same with another share. */
    public ParkingLimits share(double newShare, int newMinimum, int newWindow) {
        return new ParkingLimits(newShare, newMinimum, newWindow, parked);
    }

    /** The same with another number of changes in all. */
    public ParkingLimits parked(int most) {
        return new ParkingLimits(share, minimum, window, most);
    }
}
