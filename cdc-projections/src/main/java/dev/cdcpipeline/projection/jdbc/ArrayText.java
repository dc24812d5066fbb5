package dev.cdcpipeline.projection.jdbc;

import org.jspecify.annotations.Nullable;

/** Writes a one-dimensional array in PostgreSQL's text form. */
final class ArrayText {
    private final StringBuilder text = new StringBuilder("{");

    void add(@Nullable String element) {
        if (text.length() > 1) {
            text.append(',');
        }
        if (element == null) {
            text.append("NULL");
            return;
        }
        text.append('"');
        int done = 0;
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if (c == '"' || c == '\\') {
                text.append(element, done, i).append('\\');
                done = i;
            }
        }
        text.append(element, done, element.length()).append('"');
    }

    void clear() {
        text.setLength(1);
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
