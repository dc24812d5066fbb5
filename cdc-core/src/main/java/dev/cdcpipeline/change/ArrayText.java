package dev.cdcpipeline.change;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes PostgreSQL's text of an array apart into the texts of its elements (documentation, "Array Input and Output Syntax"). */
final class ArrayText {
    private final String text;
    private final char delimiter;
    private int at;

    private ArrayText(String text, char delimiter, int at) {
        this.text = text;
        this.delimiter = delimiter;
        this.at = at;
    }

    /** Whether it begins as such a text does, with or without lower bounds as in {@code [0:1]={a,b}}. */
    static boolean isArray(String text) {
        return start(text) >= 0;
    }

    private static int start(String text) {
        if (text.startsWith("{")) {
            return 0;
        }
        int end = text.startsWith("[") ? text.indexOf("]={") : -1;
        return end > 0 && text.substring(0, end + 1).matches("(\\[-?\\d+:-?\\d+])+") ? end + 2 : -1;
    }

    /**
     * The elements; those of an array of several dimensions are lists.
     *
     * @throws Misfit if it is no array
     */
    static List<@Nullable Object> parse(String text, char delimiter) {
        ArrayText array = new ArrayText(text, delimiter, start(text));
        List<@Nullable Object> elements = array.at < 0 ? null : array.list();
        if (elements == null || array.at != text.length()) {
            throw noArray();
        }
        return elements;
    }

    private static Misfit noArray() {
        return Misfit.ofValue("the text is no array");
    }

    private List<@Nullable Object> list() {
        List<@Nullable Object> elements = new ArrayList<>();
        at++;
        if (peek() == '}') {
            at++;
            return elements;
        }
        while (true) {
            elements.add(element());
            char next = peek();
            at++;
            if (next == '}') {
                return elements;
            }
            if (next != delimiter) {
                throw noArray();
            }
        }
    }

    private @Nullable Object element() {
        return switch (peek()) {
            case '{' -> list();
            case '"' -> quoted();
            default -> unquoted();
        };
    }

    private String quoted() {
        StringBuilder element = new StringBuilder();
        for (at++; peek() != '"'; at++) {
            if (peek() == '\\') {
                at++;
            }
            element.append(peek());
        }
        at++;
        return element.toString();
    }

    private @Nullable String unquoted() {
        int from = at;
        while (peek() != delimiter && peek() != '}') {
            at++;
        }
        String element = text.substring(from, at);
        return element.equals("NULL") ? null : element;
    }

    private char peek() {
        if (at >= text.length()) {
            throw noArray();
        }
        return text.charAt(at);
    }
}
