package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.offset.jdbc.ParkedLetter;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.ParkingListener;
import java.util.List;

/**
 * What a step through dead letters has done in its transaction; to be told when it is durable.
 *
 * @param step for whoever asked
 * @param replayed letters that were applied and removed
 * @param discarded letters that were left out for good
 * @param reason why
 * @param failed letters that failed again and stay parked
 */
record LetterOutcome(
        LetterStep step,
        List<ParkedLetter> replayed,
        List<ParkedLetter> discarded,
        String reason,
        List<ParkedLetter> failed) {

    /** There is no letter after this one. */
    static LetterOutcome nothing(long after) {
        return new LetterOutcome(new LetterStep(after, 0, 0, 0, false), List.of(), List.of(), "", List.of());
    }

    void tell(ParkingListener listener) {
        replayed.forEach(letter -> listener.replayed(letter.projection(), letter.operation()));
        discarded.forEach(letter -> listener.discarded(letter.projection(), letter.operation(), reason));
        failed.forEach(letter -> listener.failedAgain(letter.projection(), letter.operation()));
    }
}
