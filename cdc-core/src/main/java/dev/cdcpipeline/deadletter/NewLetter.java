package dev.cdcpipeline.deadletter;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A dead letter to be stored.
 *
 * @param projection whose
 * @param change what
 * @param keys what it is kept in order by, see {@link LetterKeys}
 * @param attempts how often it was tried; 0 if it is parked behind another without having been tried
 * @param error why it failed; empty if it is parked behind another
 * @param firstFailedAt when it failed first; when it was parked, if it is behind another
 * @param discarded the reason if it is not to be replayed, but was left out for good
 */
public record NewLetter(
        String projection,
        LetterChange change,
        Set<String> keys,
        int attempts,
        Optional<LetterError> error,
        Instant firstFailedAt,
        Optional<String> discarded) {

    public NewLetter {
        keys = Set.copyOf(keys);
    }

    /** One that waits behind others. */
    public static NewLetter behind(String projection, LetterChange change, Set<String> keys) {
        return new NewLetter(projection, change, keys, 0, Optional.empty(), Instant.now(), Optional.empty());
    }

    /** Who has what; never a value of the row. */
    @Override
    public String toString() {
        return "letter of projection '" + projection + "': " + change;
    }
}
