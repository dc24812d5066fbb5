package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Dead letters in the {@code cdc_dead_letter} of a database, from outside of any session. For targets in JDBC databases. */
public final class JdbcDeadLetters implements DeadLetterStore {
    private static final int MOST = 10_000;

    private interface Call<T> {
        T run(Connection connection) throws SQLException;
    }

    private record Count(String shard, String projection, long letters) {}

    private final DataSource dataSource;
    private final String who;

    /**
     * A view on a database; does no I/O. Where nothing has made the table yet, there are no letters.
     *
     * @param dataSource stays the caller's
     * @param who begins each message: whose database it is
     */
    public JdbcDeadLetters(DataSource dataSource, String who) {
        this.dataSource = dataSource;
        this.who = who;
    }

    @Override
    public List<DeadLetter> list(String pipeline, DeadLetterFilter filter, long after, int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("a page has 1 to " + MOST + " dead letters, got " + most);
        }
        return call("cannot read dead letters", List.of(), connection -> {
            LetterCondition condition =
                    LetterCondition.of(pipeline).is(connection, filter).and("id > ?", after);
            LetterPage page = new LetterPage(condition, most);
            return HomeDatabase.rows(connection, page.sql(), new LetterReader()::read, page.parameters());
        });
    }

    @Override
    public Map<String, Map<String, Long>> count(String pipeline, DeadLetterFilter filter) {
        List<Count> counts = call("cannot count dead letters", List.of(), connection -> {
            LetterCondition condition = LetterCondition.of(pipeline).is(connection, filter);
            return HomeDatabase.rows(
                    connection,
                    "select shard, projection, count(*) from cdc_dead_letter where " + condition.sql()
                            + " group by shard, projection",
                    row -> new Count(row.getString(1), row.getString(2), row.getLong(3)),
                    condition.parameters());
        });
        Map<String, Map<String, Long>> byShard = new TreeMap<>();
        counts.forEach(count ->
                byShard.computeIfAbsent(count.shard, shard -> new TreeMap<>()).put(count.projection, count.letters));
        return byShard;
    }

    @Override
    public Optional<DeadLetter> edit(String pipeline, String target, long id, Map<String, @Nullable String> values) {
        return call(
                "cannot edit dead letter " + id,
                Optional.empty(),
                connection -> LetterEdit.run(connection, pipeline, target, id, values));
    }

    private <T> T call(String what, T withoutTable, Call<T> call) {
        try (BoundedTransaction transaction = BoundedTransaction.begin(dataSource)) {
            T result = call.run(transaction.connection());
            transaction.commit();
            return result;
        } catch (SQLException e) {
            if ("42P01".equals(e.getSQLState())) {
                return withoutTable;
            }
            throw SqlFailures.describe(who, what, e);
        }
    }
}
