package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.RowFactory;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.offset.jdbc.JdbcLetterRows;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Steps through the dead letters of a session, each within one transaction that has moved the offset, to where it was, as its first
 * statement. Keys of {@link LetterOutcome#replayed} and {@link LetterOutcome#discarded} are free after its commit.
 */
final class LetterReplay {
    private final String who;
    private final JdbcLetterRows letters;
    private final RowFactory rows;

    LetterReplay(String who, JdbcLetterRows letters, RowFactory rows) {
        this.who = who;
        this.letters = letters;
        this.rows = rows;
    }

    LetterOutcome replay(
            Connection connection, LetterApplication application, DeadLetterFilter filter, long after, int most)
            throws SQLException {
        throw new UnsupportedOperationException(who + letters + rows);
    }

    LetterOutcome discard(Connection connection, DeadLetterFilter filter, String reason, long after, int most)
            throws SQLException {
        throw new UnsupportedOperationException();
    }
}
