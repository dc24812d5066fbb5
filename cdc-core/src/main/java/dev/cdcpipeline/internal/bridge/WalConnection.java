package dev.cdcpipeline.internal.bridge;

import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.connector.postgresql.spi.SlotCreationResult;
import io.debezium.jdbc.JdbcConfiguration;
import io.debezium.jdbc.JdbcConnection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/**
 * The replication connection of a run that streams. It reads a slot that is there, through a publication that is there, and has
 * its messages read by {@link PgoutputDecoder}.
 */
@SuppressWarnings("try") // Debezium declares that close may throw anything
public final class WalConnection implements ReplicationConnection {
    /** The driver tells the server the JVM's own zone; a moment would have another text in each. */
    public static final String UTC = "set time zone 'UTC'";

    private static final String URL = "jdbc:postgresql://${" + JdbcConfiguration.HOSTNAME + "}:${"
            + JdbcConfiguration.PORT + "}/${" + JdbcConfiguration.DATABASE + "}";
    private static final String ACTIVE = "55006"; // object_in_use: another connection still reads the slot

    private final PostgresConnectorConfig config;
    private final StreamedTables tables;
    private final JdbcConnection connection;

    WalConnection(PostgresConnectorConfig config, StreamedTables tables) {
        this.config = config;
        this.tables = tables;
        this.connection = new JdbcConnection(
                JdbcConfiguration.adapt(config.getJdbcConfig()
                        .edit()
                        .with("replication", "database")
                        .with("preferQueryMode", "simple") // replication knows no other
                        .with("assumeMinServerVersion", "9.4") // its commands are not for older ones
                        .with("ApplicationName", "cdc-pipeline " + config.slotName())
                        .build()),
                JdbcConnection.patternBasedFactory(URL, "org.postgresql.Driver", WalConnection.class.getClassLoader()),
                "\"",
                "\"");
    }

    @Override
    public ReplicationStream startStreaming(WalPositionLocator position) {
        throw new ConnectException("a stream begins at a stored boundary");
    }

    @Override
    public ReplicationStream startStreaming(@Nullable Lsn offset, WalPositionLocator position)
            throws SQLException, InterruptedException {
        if (offset == null || !offset.isValid()) {
            throw new ConnectException("a stream begins at a stored boundary");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return new WalStream(open(offset), offset, position, new PgoutputDecoder(tables), interval());
            } catch (SQLException e) {
                if (!ACTIVE.equals(e.getSQLState()) || attempt > config.maxRetries()) {
                    throw e;
                }
                Thread.sleep(config.retryDelay().toMillis());
            }
        }
    }

    private PGReplicationStream open(Lsn offset) throws SQLException {
        try (Statement statement = connection.connection(false).createStatement()) {
            statement.execute(UTC);
        }
        PGReplicationStream stream = connection
                .connection(false)
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName("\"" + config.slotName() + "\"")
                .withStartPosition(offset.asLogSequenceNumber())
                .withAutomaticFlush(false) // the slot moves with the stored boundary only
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", quoted(config.publicationName()))
                .withSlotOption("messages", true)
                .withStatusInterval(interval(), TimeUnit.MILLISECONDS)
                .start();
        stream.forceUpdateStatus();
        return stream;
    }

    /** The server reads the option as a list of identifiers. */
    private static String quoted(String publication) {
        return "\"" + publication.replace("\"", "\"\"") + "\"";
    }

    @SuppressWarnings("deprecation") // getConfig is the only way to this setting
    private int interval() {
        return Math.max(1, config.getConfig().getInteger(PostgresConnectorConfig.STATUS_UPDATE_INTERVAL_MS));
    }

    @Override
    public Optional<SlotCreationResult> createReplicationSlot() {
        throw new ConnectException(
                "the slot '" + config.slotName() + "' is gone; the pipeline makes slots, not its engine");
    }

    @Override
    public void initConnection() throws SQLException {
        connection.connection(false);
    }

    @Override
    public boolean isConnected() throws SQLException {
        return connection.isConnected();
    }

    @Override
    public void reconnect() throws SQLException {
        close();
        connection.connection(false);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
