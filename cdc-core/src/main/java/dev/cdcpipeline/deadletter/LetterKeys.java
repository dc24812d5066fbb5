package dev.cdcpipeline.deadletter;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By what changes are kept in order while some of them are parked: the key of the row, and where an update has given it another
 * key, the one before as well. Two changes that share a key are never parted. A change of a table without a key, and a TRUNCATE,
 * stands for the whole table.
 */
public final class LetterKeys {
    /** Behind a table's name: all of its rows. */
    public static final String WHOLE_TABLE = "#*";

    private LetterKeys() {}

    /** The keys that a change concerns; never empty. */
    public static Set<String> of(Change<Row> change) {
        Row key = change.key();
        if (key == null) {
            return Set.of(wholeTable(change.table()));
        }
        Row previous = change.previousKey();
        if (previous == null) {
            return Set.of(of(change.table(), texts(key)));
        }
        Set<String> keys = new LinkedHashSet<>();
        keys.add(of(change.table(), texts(key)));
        keys.add(of(change.table(), texts(previous)));
        return keys;
    }

    /** The key of a row by the texts of its key columns, in key order: {@code public.orders#2:17}. */
    public static String of(TableName table, List<@Nullable String> texts) {
        StringBuilder key = new StringBuilder(table.toString());
        for (String text : texts) {
            key.append('#'); // with the length before it no text can be taken for two
            if (text != null) {
                key.append(text.length()).append(':').append(text);
            }
        }
        return key.toString();
    }

    /** Whether two changes that follow each other are the delete and the create of one update of a key. */
    public static boolean areHalves(Change<Row> first, Change<Row> second) {
        Row key = first.key();
        Row previous = second.previousKey();
        return first.operation() == Operation.DELETE
                && second.operation() == Operation.CREATE
                && key != null
                && previous != null
                && of(first.table(), texts(key)).equals(of(second.table(), texts(previous)));
    }

    /** What stands for every row of a table. */
    public static String wholeTable(TableName table) {
        return table + WHOLE_TABLE;
    }

    private static List<@Nullable String> texts(Row key) {
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i < key.layout().columns().size(); i++) {
            texts.add(key.text(i));
        }
        return texts;
    }
}
