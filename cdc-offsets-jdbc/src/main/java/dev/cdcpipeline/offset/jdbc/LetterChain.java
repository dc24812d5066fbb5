package dev.cdcpipeline.offset.jdbc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Letters that wait with each other; a discarded one is alone. */
final class LetterChain {
    private final List<ParkedLetter> letters = new ArrayList<>();
    private Instant newest = Instant.MIN;
    private long first = Long.MAX_VALUE;

    void add(ParkedLetter letter, Instant parkedAt) {
        letters.add(letter);
        newest = newest.isAfter(parkedAt) ? newest : parkedAt;
        first = Math.min(first, letter.id());
    }

    List<ParkedLetter> letters() {
        return letters;
    }

    /** When the last of them was parked. */
    Instant newest() {
        return newest;
    }

    /** The smallest number among them. */
    long first() {
        return first;
    }
}
