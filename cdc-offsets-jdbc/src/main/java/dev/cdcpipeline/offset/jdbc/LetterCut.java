package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.deadletter.DeadLetterRetention;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Removes the oldest letters of a target and shard, chain by chain. */
final class LetterCut {
    private static final int FETCH = 5_000;

    /** @param over how many letters are too many */
    private record Surplus(Instant oldest, long over, boolean mayBeTooOld) {}

    private LetterCut() {}

    static List<ParkedLetter> run(Connection connection, LetterCondition mine, DeadLetterRetention retention, int most)
            throws SQLException {
        Surplus surplus = surplus(connection, mine, retention);
        if (surplus.over <= 0 && !surplus.mayBeTooOld) {
            return List.of();
        }
        List<ParkedLetter> cut = new ArrayList<>();
        for (LetterChain chain : chains(connection, mine).oldestFirst()) {
            boolean isTooOld = chain.newest().isBefore(surplus.oldest);
            boolean isTooMany = cut.size() < surplus.over;
            boolean fits = cut.isEmpty() || cut.size() + chain.letters().size() <= most;
            if (!fits || !isTooOld && !isTooMany) {
                break;
            }
            cut.addAll(chain.letters());
        }
        HomeDatabase.update(
                connection,
                "delete from cdc_dead_letter where id = any(?)",
                connection.createArrayOf(
                        "bigint", cut.stream().map(ParkedLetter::id).toArray()));
        return cut;
    }

    /** By the clock that has stored the letters. */
    private static Surplus surplus(Connection connection, LetterCondition mine, DeadLetterRetention retention)
            throws SQLException {
        return HomeDatabase.rows(
                        connection,
                        "select now(), count(*), coalesce(min(parked_at), now()) from cdc_dead_letter where "
                                + mine.sql(),
                        row -> {
                            Instant now = LetterReader.moment(row, 1);
                            Instant oldest = retention.maxAge().map(now::minus).orElse(Instant.MIN);
                            long over = row.getLong(2) - retention.maxCount().orElse(Long.MAX_VALUE);
                            return new Surplus(
                                    oldest, over, LetterReader.moment(row, 3).isBefore(oldest));
                        },
                        mine.parameters())
                .get(0);
    }

    private static LetterChains chains(Connection connection, LetterCondition mine) throws SQLException {
        LetterChains chains = new LetterChains();
        String sql =
                "select id, projection, source_table, operation, keys, state, parked_at from cdc_dead_letter where "
                        + mine.sql();
        try (PreparedStatement statement = HomeDatabase.prepare(connection, sql, mine.parameters())) {
            statement.setFetchSize(FETCH);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    chains.add(LetterReader.parked(row), LetterReader.moment(row, "parked_at"));
                }
            }
        }
        return chains;
    }
}
