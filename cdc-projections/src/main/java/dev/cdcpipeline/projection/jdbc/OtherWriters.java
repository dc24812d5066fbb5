package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.offset.LoadState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who else writes rows into a view that cannot be told from this shard's: other targets and pipelines, and former shards of this
 * one. As far as {@code cdc_offset} tells, where each target keeps the names of what it fills.
 */
final class OtherWriters {
    private static final String OTHERS = """
            select pipeline, shard, target, load_state from cdc_offset
            where (pipeline, shard, target) <> (?, ?, ?) and (not ? or shard = ?) and boundary is not null
            order by pipeline, shard, target""";

    private final ProjectionContext context;
    private final TableName view;
    private final boolean hasShardColumn;

    OtherWriters(ProjectionContext context, TableName view, boolean hasShardColumn) {
        this.context = context;
        this.view = view;
        this.hasShardColumn = hasShardColumn;
    }

    /** Whether this shard's rows can be told from those of the pipeline's other shards. */
    boolean tellsShards() {
        return hasShardColumn || context.context().shards().size() == 1;
    }

    /** Why rows that are not known here may be another's, with the remedy; empty if all of them are this shard's. */
    String doubt(Connection connection) throws SQLException {
        if (!tellsShards()) {
            return "it has no shard column and the pipeline has several shards; use shardColumn(...)";
        }
        List<String> writers = find(connection);
        return writers.isEmpty()
                ? ""
                : String.join(", ", writers)
                        + " fills the view, too; use shardColumn(...) with another shard name in each"
                        + " pipeline, or a view for each. If it is no longer in use, delete its row in cdc_offset";
    }

    /** @throws CdcException if a TRUNCATE cannot be applied, because it could hit another's rows */
    void requireOwnRows(Connection connection, String who, Change<Row> truncate) throws SQLException {
        String doubt = doubt(connection);
        if (!doubt.isEmpty()) {
            throw new CdcException(who + ": TRUNCATE of " + truncate.table() + " at " + truncate.position()
                    + " cannot tell which rows of the view are this shard's: " + doubt
                    + ". A FirstLoad.SNAPSHOT begins with a TRUNCATE, too");
        }
    }

    /** As messages name them; empty if all rows are this shard's, or its own by the shard column. */
    List<String> find(Connection connection) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OTHERS)) {
            String shard = context.context().shard().name();
            statement.setString(1, context.context().pipeline());
            statement.setString(2, shard);
            statement.setString(3, context.target());
            statement.setBoolean(4, hasShardColumn);
            statement.setString(5, shard);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (fillsView(LoadState.parse(row.getString(4)))) {
                        found.add("pipeline '" + row.getString(1) + "' shard '" + row.getString(2) + "' target '"
                                + row.getString(3) + "'");
                    }
                }
            }
        }
        return found;
    }

    private boolean fillsView(LoadState load) {
        return load.filled().values().stream().anyMatch(projections -> projections.containsKey(view.toString()));
    }
}
