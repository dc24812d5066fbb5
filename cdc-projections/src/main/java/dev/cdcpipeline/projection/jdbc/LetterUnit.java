package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.RemainingLetters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is replayed as one: a letter, or the two halves of an update of a key. */
record LetterUnit(List<DeadLetter> letters) {

    /** @param letters in their order */
    static List<LetterUnit> of(List<DeadLetter> letters) {
        List<LetterUnit> units = new ArrayList<>();
        Set<Long> taken = new HashSet<>();
        for (int i = 0; i < letters.size(); i++) {
            DeadLetter first = letters.get(i);
            if (taken.add(first.id())) {
                List<DeadLetter> unit = new ArrayList<>(List.of(first));
                secondHalf(first, letters.subList(i + 1, letters.size())).ifPresent(unit::add);
                unit.forEach(letter -> taken.add(letter.id()));
                units.add(new LetterUnit(unit));
            }
        }
        return units;
    }

    private static Optional<DeadLetter> secondHalf(DeadLetter first, List<DeadLetter> later) {
        return first.change().operation() != Operation.DELETE
                ? Optional.empty()
                : later.stream().filter(half -> half.isSecondHalfOf(first)).findFirst();
    }

    String projection() {
        return letters.get(0).projection();
    }

    long transaction() {
        return letters.get(0).change().source().transactionId();
    }

    /** Whatever waits before it is of rows that are gone. */
    boolean isTruncate() {
        return letters.get(0).change().operation() == Operation.TRUNCATE;
    }

    /** Whether it must stay because an earlier letter does. */
    boolean isHeldBy(RemainingLetters remaining) {
        return letters.stream().anyMatch(remaining::holds);
    }
}
