package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.LetterKeys;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keys whose letters must be kept in order with those of another key, by projection, because rows of theirs were given another key
 * or a letter stands for the whole table. Immutable.
 *
 * <p>Found before the first of the letters is removed, it holds for all pages: a letter that links two keys may be gone by the
 * second one.
 */
public final class LinkedKeys {
    private static final LinkedKeys NONE = new LinkedKeys(Map.of());

    private record Found(String projection, TableName table, Set<String> keys) {}

    /** By projection; those that are not here have no more than the key that was asked for. */
    private final Map<String, KeyClosure> byProjection;

    private LinkedKeys(Map<String, KeyClosure> byProjection) {
        this.byProjection = byProjection;
    }

    /** No key but the one that was asked for. */
    public static LinkedKeys none() {
        return NONE;
    }

    static LinkedKeys find(Connection connection, LetterCondition parked, DeadLetterFilter filter) throws SQLException {
        if (filter.key().isEmpty()) {
            return NONE;
        }
        List<Found> links = HomeDatabase.rows(
                connection,
                "select distinct projection, source_table, keys from cdc_dead_letter where " + parked.sql()
                        + " and (cardinality(keys) > 1 or source_table || ? = any(keys))",
                row -> new Found(
                        row.getString("projection"),
                        TableName.parse(row.getString("source_table")),
                        LetterReader.texts(row, "keys")),
                parked.parameters(LetterKeys.WHOLE_TABLE));
        Map<String, KeyClosure> closures = new HashMap<>();
        for (Found found : links) {
            closures.computeIfAbsent(found.projection, projection -> new KeyClosure())
                    .link(found.table, found.keys);
        }
        closures.values().forEach(closure -> closure.follow(filter.key().get(), filter.table()));
        return new LinkedKeys(closures);
    }

    /** Letters of the filter's key and of those linked to it; for a filter without a key no restriction. */
    LetterCondition restrict(Connection connection, LetterCondition condition, DeadLetterFilter filter)
            throws SQLException {
        if (filter.key().isEmpty()) {
            return condition;
        }
        StringBuilder sql = new StringBuilder("(? = any(keys)");
        List<Object> values = new ArrayList<>(List.of(filter.key().get()));
        for (Map.Entry<String, KeyClosure> linked : byProjection.entrySet()) {
            sql.append(" or projection = ? and (keys && ? or source_table = any(?))");
            values.add(linked.getKey());
            values.add(connection.createArrayOf("text", linked.getValue().keys().toArray()));
            values.add(
                    connection.createArrayOf("text", linked.getValue().tables().toArray()));
        }
        return condition.and(sql.append(')').toString(), values.toArray());
    }
}
