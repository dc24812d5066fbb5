package dev.cdcpipeline.deadletter;

import dev.cdcpipeline.change.TableName;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Letters of one target and shard that stay where they are, by what others wait for: a later letter of the same projection that
 * shares a key with one of them stays, too. One that stands for its whole table has all later ones of the table wait, and waits for
 * all earlier ones. Used by one thread at a time.
 */
public final class RemainingLetters {
    private record Key(String projection, String key) {}

    private record Table(String projection, TableName table) {}

    private final Map<Key, Long> keys = new HashMap<>();
    private final Map<Table, Long> tables = new HashMap<>();

    /** The oldest letter that remains with a key. */
    public void key(String projection, String key, long id) {
        keys.merge(new Key(projection, key), id, Math::min);
    }

    /** The oldest letter that remains of a table. */
    public void table(String projection, TableName table, long id) {
        tables.merge(new Table(projection, table), id, Math::min);
    }

    /** A letter that remains. */
    public void add(DeadLetter letter) {
        letter.keys().forEach(key -> key(letter.projection(), key, letter.id()));
        table(letter.projection(), table(letter), letter.id());
    }

    /** Whether a letter must stay because an earlier one does. */
    public boolean holds(DeadLetter letter) {
        String wholeTable = LetterKeys.wholeTable(table(letter));
        Set<String> own = letter.keys();
        return holds(letter, wholeTable)
                || own.stream().anyMatch(key -> holds(letter, key))
                || own.contains(wholeTable)
                        && isBefore(tables.get(new Table(letter.projection(), table(letter))), letter);
    }

    private boolean holds(DeadLetter letter, String key) {
        return isBefore(keys.get(new Key(letter.projection(), key)), letter);
    }

    private static boolean isBefore(@Nullable Long id, DeadLetter letter) {
        return id != null && id < letter.id();
    }

    private static TableName table(DeadLetter letter) {
        return letter.change().source().table();
    }
}
