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
    private final LoadedRows loaded;
    private final List<RowMove> moves = new ArrayList<>();
    private final Set<RowKey> keys = new HashSet<>();

    RowMoves(ViewStatements statements, MissingRows missing, LoadedRows loaded) {
        this.statements = statements;
        this.missing = missing;
        this.loaded = loaded;
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
        loaded.remove(connection, left);
        statements.delete(connection, left);
        for (Map.Entry<BitSet, List<ViewRow>> group : arrived.entrySet()) {
            List<RowKey> keys = group.getValue().stream().map(ViewRow::key).toList();
            List<RowKey> absent = statements.patch(connection, group.getKey(), group.getValue());
            missing.add(connection, loaded.notWhole(connection, keys, absent));
        }
        for (Map.Entry<BitSet, List<RowMove>> group : toMove.entrySet()) {
            missing.add(connection, move(connection, group.getKey(), group.getValue()));
        }
        missing.settle(connection, old);
    }

    /** Moves rows; returns the new keys of those that are not there, or not whole because they were not before. */
    private List<RowKey> move(Connection connection, BitSet unknown, List<RowMove> rows) throws SQLException {
        List<RowKey> from = rows.stream().map(RowMove::from).toList();
        Set<RowKey> notWhole = new HashSet<>(loaded.notWhole(connection, from, List.of()));
        loaded.remove(connection, from);
        List<RowKey> absent = statements.move(connection, unknown, rows);
        loaded.add(
                connection,
                rows.stream()
                        .filter(row -> !notWhole.contains(row.from()))
                        .map(row -> row.to().key())
                        .toList());
        return loaded.notWhole(
                connection, rows.stream().map(row -> row.to().key()).toList(), absent);
    }
}
