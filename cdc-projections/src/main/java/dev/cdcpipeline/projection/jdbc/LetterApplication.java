package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import java.sql.SQLException;
import java.util.List;

/** How changes of dead letters are applied, within a transaction that has moved the offset. Savepoints are the caller's. */
interface LetterApplication {

    /** Whether the target has the projection. */
    boolean has(String projection);

    /** Applies changes to one projection, also rows of loads that have ended since. */
    void apply(String projection, List<Change<Row>> changes) throws SQLException;

    /** Fails if a deferred constraint would fail at the commit; what is deferred stays so. */
    void checkConstraints() throws SQLException;
}
