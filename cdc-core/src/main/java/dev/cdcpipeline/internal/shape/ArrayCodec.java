package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of an array as a list, of several dimensions as lists in lists (PostgreSQL documentation, "Array Input and Output
 * Syntax"). Lower bounds other than 1 are in the text only.
 */
final class ArrayCodec implements TextCodec {
    /** {@code MAXDIM}; a bound for texts that are no arrays. */
    private static final int MOST_DIMENSIONS = 6;

    private final PgType type;
    private final TextCodec element;
    private final char delimiter;
    private final ValueType valueType;

    ArrayCodec(PgType type, PgType elementType, TextCodec element) {
        this.type = type;
        this.element = element;
        this.delimiter = elementType.delimiter();
        this.valueType = ValueType.listOf(element.valueType());
    }

    @Override
    public ValueType valueType() {
        return valueType;
    }

    @Override
    public Object value(String text) {
        TextCursor cursor = new TextCursor(text);
        try {
            if (cursor.skip('[')) {
                while (cursor.next() != '=') {
                    // Bounds of each dimension, which a list does not have.
                }
            }
            List<@Nullable Object> list = list(cursor, MOST_DIMENSIONS);
            cursor.expectEnd();
            return list;
        } catch (IllegalArgumentException e) {
            throw Unreadable.as(type.label(), "List");
        }
    }

    private List<@Nullable Object> list(TextCursor cursor, int dimensions) {
        cursor.expect('{');
        if (cursor.skip('}')) {
            return List.of();
        }
        List<@Nullable Object> list = new ArrayList<>();
        do {
            if (cursor.peek() == '{') {
                if (dimensions == 1) {
                    throw TextCursor.unexpected();
                }
                list.add(list(cursor, dimensions - 1));
            } else {
                list.add(item(cursor));
            }
        } while (cursor.skip(delimiter));
        cursor.expect('}');
        return Collections.unmodifiableList(list);
    }

    private @Nullable Object item(TextCursor cursor) {
        if (cursor.skip('"')) {
            return element.value(quoted(cursor));
        }
        int first = cursor.place();
        for (char c = cursor.peek(); c != delimiter && c != '}'; c = cursor.peek()) {
            if (c == '"' || c == '\\' || c == '{') {
                throw TextCursor.unexpected();
            }
            cursor.next();
        }
        String text = cursor.since(first, 0);
        return text.equals("NULL") ? null : element.value(text);
    }

    private static String quoted(TextCursor cursor) {
        int first = cursor.place();
        char c = cursor.next();
        while (c != '"' && c != '\\') {
            c = cursor.next();
        }
        String plain = cursor.since(first, 1);
        if (c == '"') {
            return plain;
        }
        StringBuilder text = new StringBuilder(plain);
        while (c != '"') {
            if (c == '\\') {
                c = cursor.next();
            }
            text.append(c);
            c = cursor.next();
        }
        return text.toString();
    }
}
