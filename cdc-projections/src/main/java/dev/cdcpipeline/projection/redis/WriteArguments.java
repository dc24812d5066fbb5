package dev.cdcpipeline.projection.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys and arguments of {@code write.lua}. Writes that are alike and follow each other become one stretch. */
final class WriteArguments {
    private static final byte[][] OPERATIONS = new byte['Z' + 1][];

    static {
        for (char operation = 'A'; operation <= 'Z'; operation++) {
            OPERATIONS[operation] = new byte[] {(byte) operation};
        }
    }

    private final List<String> keys = new ArrayList<>();
    private final List<byte[]> arguments = new ArrayList<>();
    private @Nullable Write last;
    private int stretch;
    private int countAt;

    /**
     * @param sequence where the offset is expected, and {@code next} where it is to be; both empty to leave it alone
     * @param fields what is stored with the offset
     */
    WriteArguments(String head, String shard, long epoch, String sequence, String next, Map<String, String> fields) {
        keys.add(head);
        add(shard, Long.toString(epoch), sequence, next, Integer.toString(fields.size()));
        fields.forEach((name, value) -> add(name, value));
    }

    private void add(String... texts) {
        for (String text : texts) {
            arguments.add(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    void add(Write write) {
        if (last == null || !last.isLike(write)) {
            endStretch();
            arguments.add(OPERATIONS[write.operation()]);
            countAt = arguments.size();
            add("", write.common());
            last = write;
        }
        stretch++;
        keys.addAll(write.keys());
        arguments.addAll(write.arguments());
    }

    private void endStretch() {
        if (stretch > 0) {
            arguments.set(countAt, Integer.toString(stretch).getBytes(StandardCharsets.US_ASCII));
            stretch = 0;
        }
    }

    String[] keys() {
        return keys.toArray(String[]::new);
    }

    byte[][] arguments() {
        endStretch();
        return arguments.toArray(byte[][]::new);
    }
}
