package dev.cdcpipeline.internal.bridge;

import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.connector.postgresql.spi.SlotCreationResult;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Tells the run where the slot begins that the connector makes. Debezium uses a slot that it finds without a word, and a snapshot
 * beside such a slot is not exact; nothing else shows for certain which of both it was.
 */
@SuppressWarnings("try") // Debezium declares that close may throw anything
final class SlotWitness implements ReplicationConnection {
    private final ReplicationConnection connection;
    private final EngineHandoff run;

    SlotWitness(ReplicationConnection connection, EngineHandoff run) {
        this.connection = connection;
        this.run = run;
    }

    @Override
    public Optional<SlotCreationResult> createReplicationSlot() throws SQLException {
        Optional<SlotCreationResult> made = connection.createReplicationSlot();
        made.ifPresent(slot -> run.slotMade(slot.startLsn().asLong()));
        return made;
    }

    @Override
    public ReplicationStream startStreaming(WalPositionLocator position) throws SQLException, InterruptedException {
        return connection.startStreaming(position);
    }

    @Override
    public ReplicationStream startStreaming(Lsn offset, WalPositionLocator position)
            throws SQLException, InterruptedException {
        return connection.startStreaming(offset, position);
    }

    @Override
    public void initConnection() throws SQLException, InterruptedException {
        connection.initConnection();
    }

    @Override
    public boolean isConnected() throws SQLException {
        return connection.isConnected();
    }

    @Override
    public void reconnect() throws SQLException {
        connection.reconnect();
    }

    @Override
    public void close() throws Exception {
        connection.close();
    }
}
