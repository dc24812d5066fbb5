package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
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
