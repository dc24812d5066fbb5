package dev.cdcpipeline.examples.hermet;

import java.util.List;
import java.util.random.RandomGenerator;

/** Makes random choices for the people of one shard. Used by one thread. */
final class Dice {
    private static final List<String> FIRST_NAMES = List.of(
            "Amina", "Björn", "Carla", "Diego", "Elif", "Fatou", "Georg", "Hana", "Igor", "Jun", "Kofi", "Lena", "小明",
            "Noor");
    private static final List<String> LAST_NAMES =
            List.of("Abe", "Bauer", "Costa", "D'Arcy", "Edwards", "Fofana", "Gruber", "Hoang", "Ivanova", "Jensen");
    private static final List<String> WORDS = List.of(
            "see", "you", "later", "lunch?", "shipped", "thanks", "\"quoted\"", "ok", "tomorrow", "👍", "50%", "ça va");
    /** So that a few rows change again and again, also within one batch. */
    private static final int FAMOUS = 40;

    private static final double SHARE_OF_FAMOUS = 0.2;
    /** Beyond the rows of the start there are those that came since. */
    private static final double GROWTH = 1.1;

    private final RandomGenerator random;
    private final int firstId;
    private final int usersPerShard;

    Dice(RandomGenerator random, int firstId, int usersPerShard) {
        this.random = random;
        this.firstId = firstId;
        this.usersPerShard = usersPerShard;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** A user of this shard, who may have left. */
    long ownUser() {
        return firstId + 2 * index(usersPerShard);
    }

    /** A user of either shard, who may have left. */
    long anyUser() {
        return 1 + index(2 * usersPerShard);
    }

    /** A channel of this shard, which may be gone. */
    long channel() {
        return firstId + 2 * index(usersPerShard / 2);
    }

    private long index(int count) {
        return random.nextInt(chance(SHARE_OF_FAMOUS) ? FAMOUS : (int) (count * GROWTH));
    }

    String nickname() {
        return one(FIRST_NAMES) + " " + one(LAST_NAMES) + (chance(0.3) ? " " + below(1000) : "");
    }

    String sentence() {
        StringBuilder sentence = new StringBuilder(one(WORDS));
        for (int i = below(8); i > 0; i--) {
            sentence.append(' ').append(one(WORDS));
        }
        return sentence.toString();
    }

    /** A text of some kilobytes, which the server stores out of line. */
    String bio() {
        StringBuilder bio = new StringBuilder();
        while (bio.length() < 4000) {
            bio.append(Long.toHexString(random.nextLong())).append(' ').append(one(WORDS));
        }
        return bio.toString();
    }

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
