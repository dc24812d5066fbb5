package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Which letters, in SQL. Mutable until it is used. */
final class LetterCondition {
    private final StringBuilder sql = new StringBuilder("pipeline = ?");
    private final List<Object> parameters = new ArrayList<>();

    private LetterCondition(String pipeline) {
        parameters.add(pipeline);
    }

    /** All of a pipeline. */
    static LetterCondition of(String pipeline) {
        return new LetterCondition(pipeline);
    }

    /** All of a target and shard. */
    static LetterCondition of(String pipeline, String shard, String target) {
        return of(pipeline).and("shard = ?", shard).and("target = ?", target);
    }

    LetterCondition and(String condition, Object... values) {
        sql.append(" and ").append(condition);
        parameters.addAll(List.of(values));
        return this;
    }

    LetterCondition parked() {
        return and("state = ?", DeadLetter.State.PARKED.name());
    }

    LetterCondition ids(Connection connection, Collection<Long> ids) throws SQLException {
        return and("id = any(?)", connection.createArrayOf("bigint", ids.toArray()));
    }

    LetterCondition notIds(Connection connection, Collection<Long> ids) throws SQLException {
        return and("id not in (select unnest(?::bigint[]))", connection.createArrayOf("bigint", ids.toArray()));
    }

    /** That share a key with these. */
    LetterCondition keys(Connection connection, Set<String> keys) throws SQLException {
        return and("keys && ?", connection.createArrayOf("text", keys.toArray()));
    }

    /** What a filter says but its state, and its key with the table that it is of. */
    LetterCondition fits(Connection connection, DeadLetterFilter filter) throws SQLException {
        filter.target().ifPresent(target -> and("target = ?", target));
        filter.projection().ifPresent(projection -> and("projection = ?", projection));
        filter.shard().ifPresent(shard -> and("shard = ?", shard));
        if (filter.key().isEmpty()) {
            filter.table().ifPresent(table -> and("source_table = ?", table.toString()));
        }
        filter.error()
                .ifPresent(part -> and(
                        "(strpos(lower(error_class), lower(?)) > 0 or strpos(lower(error_message), lower(?)) > 0)",
                        part,
                        part));
        return filter.ids().isEmpty() ? this : ids(connection, filter.orderedIds());
    }

    /** Everything that a filter says. */
    LetterCondition is(Connection connection, DeadLetterFilter filter) throws SQLException {
        fits(connection, filter).and("state = ?", filter.state().name());
        filter.key().ifPresent(key -> and("? = any(keys)", key));
        return this;
    }

    String sql() {
        return sql.toString();
    }

    /** What is bound to it, and to more parameters behind it. */
    Object[] parameters(Object... more) {
        List<Object> all = new ArrayList<>(parameters);
        all.addAll(List.of(more));
        return all.toArray();
    }
}
