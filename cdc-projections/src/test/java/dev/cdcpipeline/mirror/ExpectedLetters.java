package dev.cdcpipeline.mirror;

import dev.cdcpipeline.mirror.Reference.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must have become of the changes of a shard in a projection that writes one row for each change: those that violate the
 * {@link Poison} and their successors are parked, everything else is applied. Computed from what the server's own decoder tells.
 */
final class ExpectedLetters {
    private final Poison poison;
    private final Set<String> parked = new HashSet<>();
    private final List<String> letters = new ArrayList<>();
    private final List<String> applied = new ArrayList<>();
    private final Map<String, List<String>> histories = new HashMap<>();

    private ExpectedLetters(Poison poison) {
        this.poison = poison;
    }

    static ExpectedLetters of(List<Line> committed, Poison poison) {
        ExpectedLetters expected = new ExpectedLetters(poison);
        for (int i = 0; i < committed.size(); i++) {
            boolean pair = i + 1 < committed.size() && isKeyChange(committed.get(i), committed.get(i + 1));
            expected.add(committed.subList(i, pair ? i + 2 : i + 1));
            i += pair ? 1 : 0;
        }
        return expected;
    }

    /** Both halves stand at one place of the log. Rows of a COPY do, too, but those are all inserts. */
    private static boolean isKeyChange(Line first, Line second) {
        return first.lsn() == second.lsn()
                && first.change().startsWith("DELETE ")
                && second.change().startsWith("CREATE ");
    }

    private void add(List<Line> together) {
        List<String> changes = together.stream().map(Line::change).toList();
        List<String> keys = changes.stream().map(ExpectedLetters::key).toList();
        for (int i = 0; i < changes.size(); i++) {
            histories.computeIfAbsent(keys.get(i), key -> new ArrayList<>()).add(changes.get(i));
        }
        if (keys.stream().anyMatch(parked::contains)) {
            changes.forEach(change -> letters.add("behind " + change));
            parked.addAll(keys);
        } else if (changes.stream().anyMatch(this::violates)) {
            changes.forEach(change -> letters.add("failed " + change));
            parked.addAll(keys);
        } else {
            applied.addAll(changes);
        }
    }

    /** Whether the row that a change makes is refused. */
    boolean violates(String change) {
        String[] words = change.split(" ");
        return words.length == 4 && poison.hits(Long.parseLong(words[2]), Long.parseLong(words[3]));
    }

    /** Table and id of a change. */
    static String key(String change) {
        String[] words = change.split(" ");
        return words[1] + " " + words[2];
    }

    /** {@code failed} or {@code behind}, and the change, in order. */
    List<String> letters() {
        return letters;
    }

    /** The other changes, in order. */
    List<String> applied() {
        return applied;
    }

    /** Every change of each row, by table and id. */
    Map<String, List<String>> histories() {
        return histories;
    }
}
