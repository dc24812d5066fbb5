package dev.cdcpipeline.copy;

import static dev.cdcpipeline.copy.RandomText.literal;

import dev.cdcpipeline.copy.TypeTables.TypeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes edge values and random ones into a {@link TypeTable}, as statements. The same seed writes the same. */
final class RandomRows {
    private final String table;
    private final List<ValueColumn> columns;
    private final Random dice;
    private final List<Integer> ids = new ArrayList<>();
    private int nextId = 1;

    RandomRows(TypeTable table, Random dice) {
        this.table = table.name();
        this.columns =
                table.columns().stream().filter(column -> !column.isGenerated()).toList();
        this.dice = dice;
    }

    /** Rows that have every edge value of every column, and one that has nothing but nulls. */
    List<String> edges() {
        int most =
                columns.stream().mapToInt(column -> column.edges().size()).max().orElseThrow();
        List<String> inserts = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            int index = i;
            inserts.add(insert(
                    column -> index < column.edges().size() ? column.edges().get(index) : column.value(dice)));
        }
        inserts.add(insert(column -> null));
        return inserts;
    }

    /** A few statements to be committed together. */
    List<String> transaction() {
        List<String> statements = new ArrayList<>();
        for (int i = dice.nextInt(4); i >= 0; i--) {
            statements.addAll(statements());
        }
        return statements;
    }

    private List<String> statements() {
        if (ids.isEmpty()) {
            return List.of(insert(column -> column.value(dice)));
        }
        int id = ids.get(dice.nextInt(ids.size()));
        return switch (dice.nextInt(10)) {
            case 0, 1 -> List.of(insert(column -> column.value(dice)));
            case 2 -> {
                String inserted = insert(column -> column.value(dice));
                yield List.of(inserted, update(nextId - 1, some()));
            }
            case 3 -> List.of(update(id, columns));
            case 4 -> {
                List<ValueColumn> some = some();
                yield List.of(nulls(id, some), update(id, some));
            }
            case 5 -> List.of(nulls(id, some()));
            case 6 -> {
                ids.remove((Integer) id);
                yield List.of("delete from " + table + " where id = " + id);
            }
            case 7 -> {
                ids.remove((Integer) id);
                ids.add(nextId);
                yield List.of("update " + table + " set id = " + nextId++ + " where id = " + id);
            }
            default -> List.of(update(id, some()));
        };
    }

    private List<ValueColumn> some() {
        return IntStream.rangeClosed(0, dice.nextInt(4))
                .mapToObj(i -> columns.get(dice.nextInt(columns.size())))
                .distinct()
                .toList();
    }

    private String insert(Function<ValueColumn, @Nullable String> values) {
        ids.add(nextId);
        return "insert into " + table + " (id, " + names(columns) + ") values (" + nextId++ + ", "
                + columns.stream().map(values).map(RandomText::literal).collect(Collectors.joining(", ")) + ")";
    }

    private String update(int id, List<ValueColumn> changed) {
        return set(id, changed, column -> literal(column.value(dice)));
    }

    private String nulls(int id, List<ValueColumn> changed) {
        return set(id, changed, column -> "null");
    }

    private String set(int id, List<ValueColumn> changed, Function<ValueColumn, String> value) {
        return "update " + table + " set "
                + changed.stream()
                        .map(column -> column.name() + " = " + value.apply(column))
                        .collect(Collectors.joining(", "))
                + " where id = " + id;
    }

    private static String names(List<ValueColumn> columns) {
        return columns.stream().map(ValueColumn::name).collect(Collectors.joining(", "));
    }
}
