package dev.cdcpipeline.internal.bridge;

import io.debezium.config.Configuration;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresOffsetContext;
import io.debezium.connector.postgresql.PostgresPartition;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.pipeline.ChangeEventSourceCoordinator;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The task of {@link CapturingConnector}. In a run that makes a snapshot it tells the run what the connector does. */
public final class CapturingTask extends PostgresConnectorTask {
    private @Nullable EngineHandoff run;

    /** Called by Debezium at each start, also at those that it makes by itself. */
    @Override
    public ChangeEventSourceCoordinator<PostgresPartition, PostgresOffsetContext> start(Configuration config) {
        run = EngineHandoff.find(config.getString(EngineHandoff.TOKEN_PROPERTY));
        if (run != null) {
            run.connectorStarts();
        }
        return super.start(config);
    }

    /** Called for each connection that reads the slot, with the one that loads read rows by. */
    @Override
    protected ReplicationConnection buildReplicationConnection(
            PostgresConnection catalog, PostgresSchema schema, PostgresConnectorConfig config) throws SQLException {
        TextTypes.applyTo(catalog);
        return run == null || run.isSnapshot()
                ? super.buildReplicationConnection(catalog, schema, config)
                : new WalConnection(config, new StreamedTables(schema, catalog, run));
    }

    @Override
    public ReplicationConnection createReplicationConnection(
            PostgresConnectorConfig config, int maxRetries, Duration retryDelay) {
        ReplicationConnection connection = super.createReplicationConnection(config, maxRetries, retryDelay);
        return run != null && run.isSnapshot() ? new SlotWitness(connection, run) : connection;
    }
}
