package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Dead letters in the {@code cdc_dead_letter} of a database. For targets in JDBC databases. */
public final class JdbcDeadLetters implements DeadLetterStore {
    private final DataSource dataSource;

    /**
     * A view on a database; does no I/O. Where nothing has made the table yet, there are no letters.
     *
     * @param dataSource stays the caller's
     * @param who begins each message: whose database it is
     */
    public JdbcDeadLetters(DataSource dataSource, String who) {
        this.dataSource = dataSource;
    }

    @Override
    public List<DeadLetter> list(String pipeline, DeadLetterFilter filter, long after, int most) {
        throw new UnsupportedOperationException(dataSource.toString());
    }

    @Override
    public Map<String, Map<String, Long>> count(String pipeline, DeadLetterFilter filter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<DeadLetter> edit(String pipeline, String target, long id, Map<String, @Nullable String> values) {
        throw new UnsupportedOperationException();
    }
}
