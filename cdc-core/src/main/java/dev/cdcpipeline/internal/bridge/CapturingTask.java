package dev.cdcpipeline.internal.bridge;

import io.debezium.connector.postgresql.PostgresConnectorTask;

/** The task of {@link CapturingConnector}; stock behaviour so far. */
public final class CapturingTask extends PostgresConnectorTask {}
