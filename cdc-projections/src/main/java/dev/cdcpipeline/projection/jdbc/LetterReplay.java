package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.RowFactory;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.offset.jdbc.JdbcLetterRows;
import dev.cdcpipeline.offset.jdbc.LinkedKeys;
import dev.cdcpipeline.offset.jdbc.ParkedLetter;
import dev.cdcpipeline.target.LetterStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps through the dead letters of a session, each within one transaction that has moved the offset, to where it was, as its first
 * statement. Keys of {@link LetterOutcome#replayed} and {@link LetterOutcome#discarded} are free after its commit.
 */
final class LetterReplay {
    private static final Logger LOG = LoggerFactory.getLogger(LetterReplay.class);
    private static final String TRUNCATED = "a truncate of the table that came after it was replayed";

    private final String who;
    private final JdbcLetterRows letters;
    private final RowFactory rows;
    private final FailureTable failures;
    /** Of which filter the linked keys are: they are looked up at its first step. */
    private @Nullable DeadLetterFilter filterOfLinked;

    private LinkedKeys linked = LinkedKeys.none();

    LetterReplay(String who, JdbcLetterRows letters, RowFactory rows, FailureTable failures) {
        this.who = who;
        this.letters = letters;
        this.rows = rows;
        this.failures = failures;
    }

    LetterOutcome replay(
            Connection connection, LetterApplication application, DeadLetterFilter filter, long after, int most)
            throws SQLException {
        List<DeadLetter> page = letters.lock(connection, filter, linked(connection, filter, after), after, most);
        if (page.isEmpty()) {
            return LetterOutcome.nothing(after);
        }
        List<DeadLetter> meant = new ArrayList<>(page);
        meant.addAll(letters.lockSecondHalves(connection, page));
        meant.sort(Comparator.comparingLong(DeadLetter::id));
        ReplayTry tries =
                new ReplayTry(who, connection, application, rows, failures, letters.remainingBefore(connection, meant));
        tries.run(LetterUnit.of(meant));
        letters.remove(connection, tries.done().stream().map(DeadLetter::id).toList());
        letters.failedAgain(connection, tries.failed());
        List<ParkedLetter> discarded = discardTruncated(connection, tries.done());
        warnOfUnknown(tries);
        return new LetterOutcome(
                new LetterStep(
                        page.get(page.size() - 1).id(),
                        tries.done().size(),
                        tries.failed().size(),
                        tries.waiting().size(),
                        true),
                tries.done().stream().map(ParkedLetter::of).toList(),
                discarded,
                TRUNCATED,
                meant.stream()
                        .filter(letter -> tries.failed().containsKey(letter.id()))
                        .map(ParkedLetter::of)
                        .toList());
    }

    LetterOutcome discard(Connection connection, DeadLetterFilter filter, String reason, long after, int most)
            throws SQLException {
        List<DeadLetter> page = letters.lock(connection, filter, LinkedKeys.none(), after, most);
        if (page.isEmpty()) {
            return LetterOutcome.nothing(after);
        }
        letters.discard(connection, page.stream().map(DeadLetter::id).toList(), reason);
        return new LetterOutcome(
                new LetterStep(page.get(page.size() - 1).id(), page.size(), 0, 0, true),
                List.of(),
                page.stream().map(ParkedLetter::of).toList(),
                reason,
                List.of());
    }

    private LinkedKeys linked(Connection connection, DeadLetterFilter filter, long after) throws SQLException {
        if (after == 0 || !filter.equals(filterOfLinked)) {
            linked = letters.linked(connection, filter);
            filterOfLinked = filter;
        }
        return linked;
    }

    /** What failed before a TRUNCATE that went well is of rows that are gone. */
    private List<ParkedLetter> discardTruncated(Connection connection, List<DeadLetter> done) throws SQLException {
        List<ParkedLetter> discarded = new ArrayList<>();
        for (DeadLetter letter : done) {
            if (letter.change().operation() == Operation.TRUNCATE) {
                discarded.addAll(letters.discardOfTable(
                        connection,
                        letter.projection(),
                        letter.change().source().table(),
                        TRUNCATED,
                        letter.id()));
            }
        }
        return discarded;
    }

    private void warnOfUnknown(ReplayTry tries) {
        tries.unknown()
                .forEach((projection, count) -> LOG.warn(
                        "{}: {} dead letters of projection '{}' stay: the target has no such projection any more;"
                                + " bring it back under this name, or discard them",
                        who,
                        count,
                        projection));
    }
}
