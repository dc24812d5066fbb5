package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.RemainingLetters;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Looks for parked letters for which some others, all later than they, have to wait. */
final class EarlierLetters {
    private record Found(String projection, String name, long id) {}

    private final List<DeadLetter> letters;
    private final Set<String> keys = new HashSet<>();
    private final Set<String> wholeTables = new HashSet<>();

    EarlierLetters(List<DeadLetter> letters) {
        this.letters = letters;
        for (DeadLetter letter : letters) {
            TableName table = letter.change().source().table();
            String wholeTable = LetterKeys.wholeTable(table);
            keys.addAll(letter.keys());
            keys.add(wholeTable);
            if (letter.keys().contains(wholeTable)) {
                wholeTables.add(table.toString());
            }
        }
    }

    RemainingLetters find(Connection connection, Supplier<LetterCondition> parked) throws SQLException {
        RemainingLetters remaining = new RemainingLetters();
        if (letters.isEmpty()) {
            return remaining;
        }
        LetterCondition byKey = earlier(connection, parked.get())
                .and("key in (select unnest(?::text[]))", connection.createArrayOf("text", keys.toArray()));
        for (Found found : rows(connection, "key", "cdc_dead_letter, unnest(keys) key", byKey)) {
            remaining.key(found.projection, found.name, found.id);
        }
        if (!wholeTables.isEmpty()) {
            LetterCondition byTable = earlier(connection, parked.get())
                    .and("source_table = any(?)", connection.createArrayOf("text", wholeTables.toArray()));
            for (Found found : rows(connection, "source_table", "cdc_dead_letter", byTable)) {
                remaining.table(found.projection, TableName.parse(found.name), found.id);
            }
        }
        return remaining;
    }

    private LetterCondition earlier(Connection connection, LetterCondition parked) throws SQLException {
        return parked.and("id < ?", letters.get(letters.size() - 1).id())
                .notIds(connection, letters.stream().map(DeadLetter::id).toList());
    }

    private static List<Found> rows(Connection connection, String name, String from, LetterCondition condition)
            throws SQLException {
        return HomeDatabase.rows(
                connection,
                "select projection, " + name + ", min(id) from " + from + " where " + condition.sql()
                        + " group by projection, " + name,
                row -> new Found(row.getString(1), row.getString(2), row.getLong(3)),
                condition.parameters());
    }
}
