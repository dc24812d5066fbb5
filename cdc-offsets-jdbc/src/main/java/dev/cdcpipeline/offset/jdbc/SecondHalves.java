package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.DeadLetter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for the creates that belong to deletes of the same update of a key. */
final class SecondHalves {
    private final List<DeadLetter> page;

    SecondHalves(List<DeadLetter> page) {
        this.page = page;
    }

    List<DeadLetter> lock(Connection connection, LetterCondition parked, LetterReader reader) throws SQLException {
        Set<String> keys = new HashSet<>();
        Set<Long> transactions = new HashSet<>();
        Set<String> projections = new HashSet<>();
        long first = Long.MAX_VALUE;
        for (int i = 0; i < page.size(); i++) {
            DeadLetter letter = page.get(i);
            if (letter.change().operation() == Operation.DELETE && !hasSecondHalf(i)) {
                keys.addAll(letter.keys());
                transactions.add(letter.change().source().transactionId());
                projections.add(letter.projection());
                first = Math.min(first, letter.id());
            }
        }
        if (keys.isEmpty()) {
            return List.of();
        }
        LetterCondition halves = parked.and("id > ? and operation = ? and previous_key is not null", first, "CREATE")
                .notIds(connection, page.stream().map(DeadLetter::id).toList())
                .keys(connection, keys)
                .and("transaction_id = any(?)", connection.createArrayOf("bigint", transactions.toArray()))
                .and("projection = any(?)", connection.createArrayOf("text", projections.toArray()));
        return HomeDatabase.rows(
                        connection,
                        "select * from cdc_dead_letter where " + halves.sql() + " order by id for update nowait",
                        reader::read,
                        halves.parameters())
                .stream()
                .filter(this::followsItsFirst)
                .collect(Collectors.toList());
    }

    private boolean hasSecondHalf(int index) {
        return page.subList(index + 1, page.size()).stream().anyMatch(half -> half.isSecondHalfOf(page.get(index)));
    }

    private boolean followsItsFirst(DeadLetter half) {
        return page.stream().anyMatch(half::isSecondHalfOf);
    }
}
