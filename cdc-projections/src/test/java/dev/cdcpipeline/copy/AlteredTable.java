package dev.cdcpipeline.copy;

import dev.cdcpipeline.copy.Alteration.ColumnNames;
import dev.cdcpipeline.copy.TableShape.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** A source table with a random history of statements, some of which alter it. The same seed makes the same history. */
final class AlteredTable {
    private static final int STATEMENTS = 6;
    private static final int TRANSACTIONS = 3;
    private static final String REFUSED = "-- refused, ";

    private final String name;
    private final Random dice;
    private final List<Alteration> alterations;
    private final ColumnNames names = new ColumnNames();
    private final List<String> history = new ArrayList<>();

    /** Whether rows have changed silently since the last comparison. */
    private boolean outdated;

    AlteredTable(String name, long seed, Set<Alteration> alterations) {
        this.name = name;
        this.dice = new Random(seed);
        this.alterations = List.copyOf(alterations);
    }

    String name() {
        return name;
    }

    /** What was done, as SQL. */
    List<String> history() {
        return history;
    }

    /** Makes the table, with a few rows. */
    void create(Connection connection) throws SQLException {
        commit(connection, List.of(Alteration.create(name, dice, names)));
        for (int i = 0; i < 5; i++) {
            commit(connection, List.of(insert(TableShape.read(connection, name))));
        }
    }

    /** The copy is equal now. */
    void compared() {
        outdated = false;
    }

    /**
     * A few transactions of a few statements, one of which at least alters the table. In the end it has a key, because a table
     * without one cannot be loaded again, and changes that tell of its shape.
     */
    void go(Connection connection) throws SQLException {
        int altering = dice.nextInt(TRANSACTIONS);
        for (int i = 0; i < TRANSACTIONS; i++) {
            begin();
            int count = 1 + dice.nextInt(STATEMENTS);
            int when = i == altering ? dice.nextInt(count) : -1;
            for (int j = 0; j < count; j++) {
                TableShape shape = TableShape.read(connection, name);
                attempt(connection, j == when || dice.nextInt(8) == 0 ? alteration(shape) : List.of(change(shape)));
            }
            end(connection);
        }
        if (TableShape.read(connection, name).key().isEmpty()) {
            commit(
                    connection,
                    List.of("alter table " + name + " add column " + TableShape.quoted(names.next())
                            + " serial primary key"));
        }
        TableShape shape = TableShape.read(connection, name);
        commit(connection, List.of(insert(shape)));
        String column = shape.columns().get(0).sql();
        String touch = "update " + name + " set " + column + " = " + column;
        commit(connection, List.of(touch));
        if (history.get(history.size() - 2).startsWith(REFUSED)) { // the index of its identity is gone
            commit(connection, List.of("alter table " + name + " replica identity default", touch));
        }
    }

    private List<String> alteration(TableShape shape) {
        boolean keyless = shape.key().isEmpty() && dice.nextInt(3) > 0;
        Alteration next = keyless ? Alteration.CHANGE_KEY : alterations.get(dice.nextInt(alterations.size()));
        outdated |= next.isSilent();
        return next.statements(shape, dice, names);
    }

    private String change(TableShape shape) {
        if (outdated && (shape.key().isEmpty() || shape.fullIdentity())) {
            return insert(shape); // the copy may not have the row as it was, by which alone the stream names it
        }
        return switch (dice.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> insert(shape);
            case 5 -> "delete from " + name + " where " + shape.anyRow(dice);
            case 6 -> "update " + name + " set " + assignment(shape);
            case 7 -> shape.key().isEmpty() || dice.nextInt(3) > 0 ? insert(shape) : "truncate " + name;
            default -> "update " + name + " set " + assignment(shape) + " where " + shape.anyRow(dice);
        };
    }

    private String assignment(TableShape shape) {
        Column column = shape.any(dice);
        return column.sql() + " = " + valueOf(column);
    }

    private String insert(TableShape shape) {
        return "insert into " + name + " ("
                + shape.columns().stream().map(Column::sql).collect(Collectors.joining(", ")) + ") values ("
                + shape.columns().stream().map(this::valueOf).collect(Collectors.joining(", ")) + ")";
    }

    private String valueOf(Column column) {
        return !column.notNull() && dice.nextInt(6) == 0 ? "null" : Alteration.value(column.type(), dice);
    }

    private void commit(Connection connection, List<String> statements) throws SQLException {
        begin();
        attempt(connection, statements);
        end(connection);
    }

    private void begin() {
        history.add("begin;");
    }

    private void end(Connection connection) throws SQLException {
        connection.commit();
        history.add("commit;");
    }

    /** What the server refuses is undone, and the transaction goes on. */
    private void attempt(Connection connection, List<String> statements) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            statements.forEach(sql -> history.add(sql + ";"));
        } catch (SQLException refused) {
            connection.rollback(before);
            history.add(REFUSED + refused.getMessage().lines().findFirst().orElse("") + ": " + statements);
        }
    }
}
