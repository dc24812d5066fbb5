package dev.cdcpipeline.internal.decode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The text that stands for "this value was not sent" (unchanged TOAST). It is random for each engine, so that nothing a user
 * stores can equal it. Debezium gives it in a form that depends on the column's type.
 */
public final class Placeholder {
    private final String text;
    private final byte[] bytes;
    private final String uuid;

    private Placeholder(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.uuid = UUID.nameUUIDFromBytes(bytes).toString();
    }

    /** A new one, which nobody can guess. */
    public static Placeholder random() {
        return new Placeholder("cdc-unchanged-" + UUID.randomUUID());
    }

    /** The value of Debezium's setting {@code unavailable.value.placeholder}. */
    public String text() {
        return text;
    }

    boolean is(Object raw) {
        if (raw instanceof String string) {
            return string.length() == text.length() && string.equals(text);
        }
        if (raw instanceof ByteBuffer buffer) {
            return buffer.equals(ByteBuffer.wrap(bytes));
        }
        if (raw instanceof byte[] array) {
            return ByteBuffer.wrap(array).equals(ByteBuffer.wrap(bytes));
        }
        return raw instanceof List<?> list && isList(list);
    }

    private boolean isList(List<?> list) {
        if (list.size() == 1) {
            Object only = list.get(0);
            return only != null && (uuid.equals(only) || is(only));
        }
        if (list.size() != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (!(list.get(i) instanceof Number number) || number.longValue() != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
