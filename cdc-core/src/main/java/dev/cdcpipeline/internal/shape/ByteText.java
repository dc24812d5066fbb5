package dev.cdcpipeline.internal.shape;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Texts of bytea, in both of the formats that bytea_output knows. */
final class ByteText {

    private ByteText() {}

    static byte[] bytes(String text) {
        return text.startsWith("\\x") ? HexFormat.of().parseHex(text, 2, text.length()) : unescape(text);
    }

    /** A backslash is doubled; a byte that cannot be shown is three octal digits behind one. */
    private static byte[] unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        TextCursor cursor = new TextCursor(text);
        while (!cursor.isAtEnd()) {
            char c = cursor.next();
            if (c != '\\' || cursor.skip('\\')) {
                bytes.write(c);
            } else {
                bytes.write(octal(cursor) * 64 + octal(cursor) * 8 + octal(cursor));
            }
        }
        return bytes.toByteArray();
    }

    private static int octal(TextCursor cursor) {
        char c = cursor.next();
        if (c < '0' || c > '7') {
            throw TextCursor.unexpected();
        }
        return c - '0';
    }
}
