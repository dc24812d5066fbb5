package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.jdbc.JdbcLetterRows;
import dev.cdcpipeline.offset.jdbc.JdbcLoadLetters;
import dev.cdcpipeline.offset.jdbc.LinkedKeys;
import dev.cdcpipeline.target.LoadStep;
import dev.cdcpipeline.target.TargetContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What loads and parked changes must know of each other. A row that a load reads is parked behind what is parked of it: so the load
 * must not wait for it, nor take it for one that the source does not have. And a row that the source does not have any more is
 * not to come back by a replay.
 */
final class LoadedLetters {
    private static final int PAGE = 1000;

    private final JdbcLetterRows letters;
    private final JdbcLoadLetters loads;
    private final ParkedChanges parked;
    private final TargetContext context;

    LoadedLetters(String target, TargetContext context, JdbcLetterRows letters, ParkedChanges parked) {
        this.letters = letters;
        this.loads = new JdbcLoadLetters(context.pipeline(), context.shard(), target);
        this.parked = parked;
        this.context = context;
    }

    /** Loads begin with this batch. */
    void begin(Connection connection, BatchRoute route, LoadStep step) throws SQLException {
        for (TableName table : route.tables()) {
            if (step.begins(table, route.name()).equals(Optional.of(LoadKind.REPLACE)) && isParked(route)) {
                loads.begin(connection, route.name(), table);
            }
        }
    }

    /** The load of a table has brought every row; before it is asked whether it lacks one. */
    void end(Connection connection, Handle handle, BatchRoute route, TableName table, LoadStep step)
            throws SQLException {
        Optional<LoadKind> load = step.ends(table, route.name());
        if (load.isEmpty() || !route.tables().contains(table) || !isParked(route)) {
            return;
        }
        parked.write();
        if (load.get() == LoadKind.REPLACE) {
            parked.discard(
                    loads.ofGoneRows(connection, route.name(), table),
                    "the source did not have the row any more when the table was loaded again");
        }
        keep(connection, handle, route, table, load.get());
        if (load.get() == LoadKind.REPLACE) {
            loads.end(connection, route.name(), table);
        }
    }

    /** Letters older than the load are left out: what they know of a row may have changed since, and nobody has told. */
    private void keep(Connection connection, Handle handle, BatchRoute route, TableName table, LoadKind load)
            throws SQLException {
        DeadLetterFilter filter =
                DeadLetterFilter.all().projection(route.name()).table(table);
        List<DeadLetter> page = List.of();
        do {
            long last = page.isEmpty() ? 0 : page.get(page.size() - 1).id();
            page = letters.lock(connection, filter, LinkedKeys.none(), last, PAGE);
            List<Change<Row>> changes = page.stream()
                    .filter(letter -> !JdbcLoadLetters.isOlder(letter))
                    .map(letter -> letter.change().toChange(context.rows()))
                    .toList();
            if (!changes.isEmpty()) {
                route.keep(changes, load, handle);
            }
        } while (!page.isEmpty());
    }

    private boolean isParked(BatchRoute route) {
        return parked.counts().containsKey(route.name());
    }
}
