package dev.cdcpipeline.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Random texts, and what is made of texts: documents, maps, composite values. */
final class RandomText {
    static final String AWKWARD =
            "it's \"quoted\", \\ {braces,} (a,b) NULL \\N %s $1 ? =>;\n\r\t\u00e4\u6f22\uD83D\uDE00";

    private static final List<String> PIECES = List.of(
            "a",
            "B",
            "0",
            " ",
            "'",
            "\"",
            "\\",
            "\n",
            "\t",
            ",",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "%",
            "$1",
            "?",
            "NULL",
            "\\N",
            "=>",
            ";",
            ":",
            "\u00e4",
            "\u6f22",
            "\uD83D\uDE00",
            "null",
            "\\x",
            "\u00a0",
            "&",
            "<",
            "e\u0301");

    private RandomText() {}

    static String any(Random dice) {
        int length = dice.nextInt(50) == 0 ? 5000 : dice.nextInt(12);
        return IntStream.range(0, length)
                .mapToObj(i -> PIECES.get(dice.nextInt(PIECES.size())))
                .collect(Collectors.joining());
    }

    /** At most so many characters, none of them a blank at the end. */
    static Function<Random, String> upTo(int characters) {
        return dice -> {
            String text = any(dice);
            int cut = Math.min(characters, text.codePointCount(0, text.length()));
            return text.substring(0, text.offsetByCodePoints(0, cut));
        };
    }

    static String letters(Random dice, int length) {
        return dice.ints(length, 'a', 'z' + 1)
                .mapToObj(letter -> String.valueOf((char) letter))
                .collect(Collectors.joining());
    }

    /** What does not compress, and is stored apart from its row. */
    static String large(int characters) {
        return letters(new Random(characters), characters);
    }

    static String hex(Random dice) {
        byte[] bytes = new byte[dice.nextInt(20)];
        dice.nextBytes(bytes);
        return "\\x" + java.util.HexFormat.of().formatHex(bytes);
    }

    static String bits(Random dice, int length) {
        return dice.ints(length, 0, 2).mapToObj(String::valueOf).collect(Collectors.joining());
    }

    static String json(Random dice) {
        return json(dice, 3);
    }

    private static String json(Random dice, int depth) {
        return switch (dice.nextInt(depth == 0 ? 5 : 8)) {
            case 0 -> "null";
            case 1 -> String.valueOf(dice.nextBoolean());
            case 2 -> String.valueOf(dice.nextLong());
            case 3 -> dice.nextInt(1000) + "." + dice.nextInt(1000) + (dice.nextBoolean() ? "0e-3" : "00");
            case 4 -> jsonString(dice);
            case 5 ->
                IntStream.range(0, dice.nextInt(4))
                        .mapToObj(i -> json(dice, depth - 1))
                        .collect(Collectors.joining(dice.nextBoolean() ? "," : " ,\n ", "[", " ]"));
            default ->
                IntStream.range(0, dice.nextInt(4))
                        .mapToObj(i -> jsonString(dice) + (dice.nextBoolean() ? ":" : " :  ") + json(dice, depth - 1))
                        .collect(Collectors.joining(",", "{ ", "}"));
        };
    }

    private static String jsonString(Random dice) {
        String text = upTo(6).apply(dice);
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                + (dice.nextBoolean() ? "\\u00e4\"" : "\"");
    }

    static String xml(Random dice) {
        String text = any(dice).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return dice.nextBoolean() ? text : "<a b=\"1\"  c='2'><!-- note -->" + text + "<d/></a>";
    }

    static String hstore(Random dice) {
        return IntStream.range(0, dice.nextInt(4))
                .mapToObj(i -> quoted(upTo(6).apply(dice)) + "=>"
                        + (dice.nextInt(4) == 0 ? "NULL" : quoted(upTo(8).apply(dice))))
                .collect(Collectors.joining(", "));
    }

    static String ltree(Random dice) {
        return IntStream.range(0, dice.nextInt(5))
                .mapToObj(i -> letters(dice, 1 + dice.nextInt(3)) + (dice.nextBoolean() ? "_1" : ""))
                .collect(Collectors.joining("."));
    }

    static String lexemes(Random dice) {
        return IntStream.range(0, dice.nextInt(5))
                .mapToObj(i -> lexeme(dice) + (dice.nextBoolean() ? "" : ":" + (1 + dice.nextInt(99)) + "A,200,16383D"))
                .collect(Collectors.joining(" "));
    }

    static String lexemeQuery(Random dice) {
        return "!( " + lexeme(dice) + ":*AB & " + lexeme(dice) + ") | " + lexeme(dice) + " <" + (1 + dice.nextInt(9))
                + "> " + lexeme(dice);
    }

    private static String lexeme(Random dice) {
        return "'" + letters(dice, 1 + dice.nextInt(4))
                + upTo(4).apply(dice).replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** An element of an array or a key or value of hstore. */
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** A composite value; a null field is left empty, an empty text is quoted. */
    static String composite(@Nullable String... fields) {
        List<String> parts = new ArrayList<>();
        for (String field : fields) {
            parts.add(field == null ? "" : quoted(field));
        }
        return "(" + String.join(",", parts) + ")";
    }

    /** An SQL literal. */
    static String literal(@Nullable String value) {
        return value == null ? "null" : "'" + value.replace("'", "''") + "'";
    }
}
