package dev.cdcpipeline.internal.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Texts in pgoutput messages; the replication connection speaks UTF-8, whatever the database's encoding. */
final class PgoutputText {

    private PgoutputText() {}

    /** A text that ends with a zero byte. */
    static String name(ByteBuffer message) {
        int start = message.position();
        int end = start;
        while (message.get(end) != 0) {
            end++;
        }
        String text = text(message, end - start);
        message.get();
        return text;
    }

    /** A text of a number of bytes. */
    static String text(ByteBuffer message, int length) {
        String text;
        if (message.hasArray()) {
            text = new String(
                    message.array(), message.arrayOffset() + message.position(), length, StandardCharsets.UTF_8);
            message.position(message.position() + length);
        } else {
            byte[] bytes = new byte[length];
            message.get(bytes);
            text = new String(bytes, StandardCharsets.UTF_8);
        }
        return text;
    }
}
