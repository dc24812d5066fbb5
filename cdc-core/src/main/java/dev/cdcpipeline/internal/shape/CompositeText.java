package dev.cdcpipeline.internal.shape;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The texts of the fields in the text of a composite value, {@code (a,"b c",,"")} (PostgreSQL documentation, "Composite Type
 * Input and Output Syntax"). Nothing is NULL; an empty string is quoted.
 */
final class CompositeText {

    private CompositeText() {}

    static List<@Nullable String> fields(String text) {
        List<@Nullable String> fields = new ArrayList<>();
        TextCursor cursor = new TextCursor(text);
        cursor.expect('(');
        do {
            fields.add(isEnd(cursor.peek()) ? null : field(cursor));
        } while (cursor.skip(','));
        cursor.expect(')');
        cursor.expectEnd();
        return fields;
    }

    private static String field(TextCursor cursor) {
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        while (quoted || !isEnd(cursor.peek())) {
            char c = cursor.next();
            if (c == '\\') {
                field.append(cursor.next());
            } else if (c != '"' || quoted && cursor.skip('"')) {
                field.append(c);
            } else {
                quoted = !quoted;
            }
        }
        return field.toString();
    }

    private static boolean isEnd(char c) {
        return c == ',' || c == ')';
    }
}
