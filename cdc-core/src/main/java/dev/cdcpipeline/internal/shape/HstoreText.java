package dev.cdcpipeline.internal.shape;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of an hstore: {@code "a"=>"1", "b"=>NULL}. */
final class HstoreText {

    private HstoreText() {}

    static Map<String, @Nullable String> map(String text) {
        Map<String, @Nullable String> map = new LinkedHashMap<>();
        TextCursor cursor = new TextCursor(text);
        while (!cursor.isAtEnd()) {
            if (!map.isEmpty()) {
                cursor.expect(',');
                cursor.expect(' ');
            }
            String key = quoted(cursor);
            cursor.expect('=');
            cursor.expect('>');
            map.put(key, cursor.skip("NULL") ? null : quoted(cursor));
        }
        return Collections.unmodifiableMap(map);
    }

    private static String quoted(TextCursor cursor) {
        cursor.expect('"');
        StringBuilder text = new StringBuilder();
        while (!cursor.skip('"')) {
            cursor.skip('\\');
            text.append(cursor.next());
        }
        return text.toString();
    }
}
