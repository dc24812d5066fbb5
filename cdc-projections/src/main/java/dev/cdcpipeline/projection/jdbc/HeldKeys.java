package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterKeys;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Keys of rows, as {@link LetterKeys} makes them, that changes must wait for; with how many changes hold each. */
final class HeldKeys {
    private final Map<String, Integer> keys = new HashMap<>();
    /** How many keys there are of each table. One with a # in its name may be taken for another: then more waits than must. */
    private final Map<String, Integer> tables = new HashMap<>();

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Whether a change with these keys shares one of them: with a table, it shares every key of its rows. */
    boolean hold(TableName table, Collection<String> wanted) {
        String whole = LetterKeys.wholeTable(table);
        return keys.containsKey(whole)
                || wanted.stream().anyMatch(keys::containsKey)
                || wanted.contains(whole) && tables.containsKey(tableOf(whole));
    }

    void add(Collection<String> more) {
        more.forEach(key -> add(key, 1));
    }

    void remove(Collection<String> some) {
        some.forEach(key -> add(key, -1));
    }

    void add(String key, int changes) {
        boolean was = keys.containsKey(key);
        boolean is = keys.merge(key, changes, HeldKeys::sum) != null;
        if (was != is) {
            tables.merge(tableOf(key), is ? 1 : -1, HeldKeys::sum);
        }
    }

    private static Integer sum(Integer before, Integer more) {
        int sum = before + more;
        return sum <= 0 ? null : sum;
    }

    private static String tableOf(String key) {
        return key.substring(0, key.indexOf('#'));
    }
}
