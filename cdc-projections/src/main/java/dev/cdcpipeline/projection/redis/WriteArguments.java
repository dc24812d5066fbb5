package dev.cdcpipeline.projection.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Keys and arguments of {@code write.lua}. Writes that are alike become one stretch. */
final class WriteArguments {
    private static final byte[][] OPERATIONS = new byte['Z' + 1][];

    static {
        for (char operation = 'A'; operation <= 'Z'; operation++) {
            OPERATIONS[operation] = new byte[] {(byte) operation};
        }
    }

    /** By phase; in each, removals come after what is put. */
    private static final Comparator<Write> ORDER =
            Comparator.comparingInt(write -> write.phase().ordinal() * OPERATIONS.length - write.operation());

    private final List<String> keys;
    private final List<byte[]> arguments;

    /**
     * @param sequence where the offset is expected, and {@code next} where it is to be; both empty to leave it alone
     * @param fields what is stored with the offset
     */
    WriteArguments(
            String head,
            String shard,
            long epoch,
            String sequence,
            String next,
            Map<String, String> fields,
            List<Write> writes) {
        keys = new ArrayList<>(8 + 2 * writes.size());
        arguments = new ArrayList<>(32 + 2 * writes.size());
        keys.add(head);
        add(shard, Long.toString(epoch), sequence, next, Integer.toString(fields.size()));
        fields.forEach((name, value) -> add(name, value));
        add(writes);
    }

    private void add(String... texts) {
        for (String text : texts) {
            arguments.add(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Those that are alike become one stretch. None depends on another of its phase. */
    private void add(List<Write> writes) {
        List<Write> sorted = new ArrayList<>(writes);
        sorted.sort(ORDER);
        int from = 0;
        while (from < sorted.size()) {
            Write first = sorted.get(from);
            int to = from + 1;
            while (to < sorted.size() && sorted.get(to).isLike(first)) {
                to++;
            }
            arguments.add(OPERATIONS[first.operation()]);
            Write.Stretch stretch = first.stretch();
            add(Integer.toString(to - from), stretch.text(), stretch.leases());
            if (!stretch.key().isEmpty()) {
                keys.add(stretch.key());
            }
            for (Write write : sorted.subList(from, to)) {
                keys.addAll(write.keys());
                arguments.addAll(write.arguments());
            }
            from = to;
        }
    }

    String[] keys() {
        return keys.toArray(String[]::new);
    }

    byte[][] arguments() {
        return arguments.toArray(byte[][]::new);
    }
}
