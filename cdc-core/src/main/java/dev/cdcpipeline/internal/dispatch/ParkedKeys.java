package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterKeys;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The keys of parked changes with how many are parked of each, by projection. A key holds whoever's letter it is of: in whose name
 * the changes of a table are put aside is another one when a projection is added. One thread; {@link #parked} from any.
 */
final class ParkedKeys {
    private final Map<String, Map<String, Integer>> keys = new HashMap<>();
    private volatile Map<String, Long> parked = Map.of();

    /** Takes over what a store tells. */
    void load(Map<String, Map<String, Integer>> stored, Map<String, Long> letters) {
        keys.clear();
        stored.forEach((projection, counts) -> keys.put(projection, new HashMap<>(counts)));
        parked = Map.copyOf(letters);
    }

    /** How many changes are parked, by projection. */
    Map<String, Long> parked() {
        return parked;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Whether a change of these keys must wait, because one of them is parked, or a TRUNCATE of their table. */
    boolean holds(TableName table, Collection<String> of) {
        return keys.values().stream()
                .anyMatch(counts -> counts.containsKey(LetterKeys.wholeTable(table))
                        || of.stream().anyMatch(counts::containsKey));
    }

    void add(String projection, Set<String> of) {
        Map<String, Integer> counts = keys.computeIfAbsent(projection, name -> new HashMap<>());
        of.forEach(key -> counts.merge(key, 1, Integer::sum));
        count(projection, 1);
    }

    void remove(String projection, Set<String> of) {
        Map<String, Integer> counts = keys.get(projection);
        if (counts != null) {
            of.forEach(key -> counts.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1));
            if (counts.isEmpty()) {
                keys.remove(projection);
            }
        }
        count(projection, -1);
    }

    private void count(String projection, long more) {
        Map<String, Long> counts = new HashMap<>(parked);
        counts.merge(projection, more, Long::sum);
        counts.values().removeIf(count -> count <= 0);
        parked = Map.copyOf(counts);
    }
}
