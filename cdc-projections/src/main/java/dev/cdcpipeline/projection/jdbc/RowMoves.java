package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Updates of a key whose row has unknown values: the stored row is given its new key in place. Moves are collected as long as
 * no key is touched twice, so that their order does not matter.
 */
final class RowMoves {
    private final ViewStatements statements;
    private final MissingRows missing;
    private final List<RowMove> moves = new ArrayList<>();
    private final Set<RowKey> keys = new HashSet<>();

    RowMoves(ViewStatements statements, MissingRows missing) {
        this.statements = statements;
        this.missing = missing;
    }

    void add(Connection connection, RowMove move) throws SQLException {
        if (keys.contains(move.from()) || keys.contains(move.to().key())) {
            flush(connection);
        }
        moves.add(move);
        keys.add(move.from());
        keys.add(move.to().key());
    }

    void clear() {
        moves.clear();
        keys.clear();
    }

    /**
     * Writes everything and forgets it. A row that has its new key in the view already was read by a load after the move:
     * then that row is the one to update, and the old one goes.
     */
    void flush(Connection connection) throws SQLException {
        if (moves.isEmpty()) {
            return;
        }
        List<RowKey> targets = moves.stream().map(move -> move.to().key()).toList();
        Set<RowKey> free = new HashSet<>(statements.absent(connection, targets));
        List<RowKey> left = new ArrayList<>();
        Map<BitSet, List<ViewRow>> arrived = new LinkedHashMap<>();
        Map<BitSet, List<RowMove>> toMove = new LinkedHashMap<>();
        for (RowMove move : moves) {
            BitSet unknown = move.to().unknown();
            if (free.contains(move.to().key())) {
                toMove.computeIfAbsent(unknown, u -> new ArrayList<>()).add(move);
            } else {
                left.add(move.from());
                arrived.computeIfAbsent(unknown, u -> new ArrayList<>()).add(move.to());
            }
        }
        List<RowKey> old = moves.stream().map(RowMove::from).toList();
        clear();
        statements.delete(connection, left);
        for (Map.Entry<BitSet, List<ViewRow>> group : arrived.entrySet()) {
            missing.add(connection, statements.patch(connection, group.getKey(), group.getValue()));
        }
        for (Map.Entry<BitSet, List<RowMove>> group : toMove.entrySet()) {
            missing.add(connection, statements.move(connection, group.getKey(), group.getValue()));
        }
        missing.settle(connection, old);
    }
}
