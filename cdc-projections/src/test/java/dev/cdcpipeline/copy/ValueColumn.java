package dev.cdcpipeline.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A column of some type, its edge values and random ones, all in the form in which they are entered.
 *
 * @param asText whether the type has no equality, so that only texts can be compared
 * @param definition how it is generated; empty if it is not
 */
record ValueColumn(
        String name,
        String type,
        List<String> edges,
        Function<Random, String> random,
        boolean asText,
        String definition) {
    private static final double NULLS = 0.08;
    private static final double EDGES = 0.3;
    private static final int LONG = 1000;

    static ValueColumn of(String name, String type, Function<Random, String> random, String... edges) {
        return new ValueColumn(name, type, List.of(edges), random, false, "");
    }

    /** The same, of a type without equality. */
    ValueColumn withoutEquality() {
        return new ValueColumn(name, type, edges, random, true, definition);
    }

    /** The same with one more edge value. */
    ValueColumn and(String edge) {
        List<String> more = new ArrayList<>(edges);
        more.add(edge);
        return new ValueColumn(name, type, more, random, asText, definition);
    }

    /** A column that the server computes. */
    static ValueColumn generated(String name, String type, String definition) {
        return new ValueColumn(name, type, List.of(), any -> "", false, definition);
    }

    boolean isGenerated() {
        return !definition.isEmpty();
    }

    /** What follows the type: how it is generated, or a default, which no row uses, but the catalog tells. */
    String rest() {
        return isGenerated() ? definition : " default " + RandomText.literal(edges.get(0));
    }

    /** The array of it; the geometric types and some others have no equality that arrays could use. */
    ValueColumn array(boolean comparable) {
        char delimiter = type.equals("box") ? ';' : ',';
        List<String> few = edges.stream().filter(edge -> edge.length() < LONG).toList();
        List<@Nullable String> withNull = new ArrayList<>(few);
        withNull.add(few.size() / 2, null);
        String one = few.get(0);
        String last = few.get(few.size() - 1);
        List<String> arrays = List.of(
                "{}",
                "{NULL}",
                list(withNull, delimiter),
                "[-1:" + (few.size() - 2) + "]=" + list(List.copyOf(few), delimiter),
                nested(delimiter, list(List.of(one, last), delimiter), list(pair(null, one), delimiter)),
                "[0:0][3:4][1:1]=" + nested(delimiter, nested(delimiter, list(List.of(last), delimiter), "{NULL}")));
        return new ValueColumn(
                name + "_array", type + "[]", arrays, dice -> randomArray(dice, delimiter), asText || !comparable, "");
    }

    private String randomArray(Random dice, char delimiter) {
        int length = dice.nextInt(4);
        if (length == 0) {
            return "{}";
        }
        int rows = dice.nextInt(3);
        List<String> lists = new ArrayList<>();
        for (int i = 0; i < Math.max(1, rows); i++) {
            List<@Nullable String> elements = new ArrayList<>();
            for (int j = 0; j < length; j++) {
                String value = value(dice);
                elements.add(value != null && value.length() >= LONG ? edges.get(0) : value);
            }
            lists.add(list(elements, delimiter));
        }
        if (rows > 0) {
            return nested(delimiter, lists.toArray(String[]::new));
        }
        int lower = dice.nextInt(9) - 4;
        return (dice.nextBoolean() ? "[" + lower + ":" + (lower + length - 1) + "]=" : "") + lists.get(0);
    }

    private static List<@Nullable String> pair(@Nullable String first, @Nullable String second) {
        List<@Nullable String> pair = new ArrayList<>();
        pair.add(first);
        pair.add(second);
        return pair;
    }

    private static String list(List<? extends @Nullable String> elements, char delimiter) {
        StringBuilder list = new StringBuilder("{");
        for (String element : elements) {
            list.append(list.length() > 1 ? delimiter : "")
                    .append(element == null ? "NULL" : RandomText.quoted(element));
        }
        return list.append('}').toString();
    }

    private static String nested(char delimiter, String... lists) {
        return "{" + String.join(String.valueOf(delimiter), lists) + "}";
    }

    /** An edge value, a random one or null. */
    @Nullable
    String value(Random dice) {
        double kind = dice.nextDouble();
        if (kind < NULLS) {
            return null;
        }
        return kind < NULLS + EDGES ? edges.get(dice.nextInt(edges.size())) : random.apply(dice);
    }
}
