package dev.cdcpipeline.internal.bridge;

import io.debezium.connector.postgresql.PostgresConnector;
import org.apache.kafka.connect.connector.Task;

/** Debezium's PostgreSQL connector, as ours: the one home for hooks into it. */
public final class CapturingConnector extends PostgresConnector {

    @Override
    public Class<? extends Task> taskClass() {
        return CapturingTask.class;
    }
}
