package dev.cdcpipeline.internal.bridge;

import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages of a slot, from a position on. Read by one thread; flushed and kept alive by others. */
final class WalStream implements ReplicationStream {
    private static final Logger LOG = LoggerFactory.getLogger(WalStream.class);
    /** Messages that are read again on the way to the first new one; what is described again must be known all the same. */
    private static final String NEVER_SKIPPED = "BCRO";

    private final PGReplicationStream stream;
    private final Lsn start;
    private final WalPositionLocator position;
    private final PgoutputDecoder decoder;
    private final int statusMillis;
    private @Nullable ExecutorService keepAlive;
    private volatile @Nullable Lsn lastReceived;

    WalStream(
            PGReplicationStream stream,
            Lsn start,
            WalPositionLocator position,
            PgoutputDecoder decoder,
            int statusMillis) {
        this.stream = stream;
        this.start = start;
        this.position = position;
        this.decoder = decoder;
        this.statusMillis = statusMillis;
    }

    @Override
    public void read(ReplicationMessageProcessor processor) throws SQLException, InterruptedException {
        process(stream.read(), processor);
    }

    @Override
    public boolean readPending(ReplicationMessageProcessor processor) throws SQLException, InterruptedException {
        ByteBuffer message = stream.readPending();
        if (message == null) {
            return false;
        }
        process(message, processor);
        return true;
    }

    private void process(ByteBuffer message, ReplicationMessageProcessor processor)
            throws SQLException, InterruptedException {
        Lsn lsn = Lsn.valueOf(stream.getLastReceiveLSN());
        char kind = (char) message.get(message.position());
        boolean skipped = kind == 'Y' || position.skipMessage(lsn);
        if (!skipped || NEVER_SKIPPED.indexOf(kind) >= 0) {
            lastReceived = lsn;
            decoder.decode(message, processor);
        }
    }

    @Override
    public void flushLsn(Lsn lsn) throws SQLException {
        LogSequenceNumber flushed = lsn.asLogSequenceNumber();
        if (stream.getLastFlushedLSN().compareTo(flushed) < 0) {
            stream.setFlushedLSN(flushed);
        }
        if (stream.getLastAppliedLSN().compareTo(flushed) < 0) {
            stream.setAppliedLSN(flushed);
        }
        stream.forceUpdateStatus();
    }

    @Override
    public @Nullable Lsn lastReceivedLsn() {
        return lastReceived;
    }

    @Override
    public Lsn startLsn() {
        return start;
    }

    /** Tells the server now and then that we are here, also while a slow target keeps the reading thread waiting. */
    @Override
    public synchronized void startKeepAlive(ExecutorService service) {
        if (keepAlive == null) {
            keepAlive = service;
            service.execute(this::tellServer);
        }
    }

    private void tellServer() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                stream.forceUpdateStatus();
                Thread.sleep(statusMillis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.debug("the stream has ended", e); // its reader finds out by itself
        }
    }

    @Override
    public synchronized void stopKeepAlive() {
        if (keepAlive != null) {
            keepAlive.shutdownNow();
            keepAlive = null;
        }
    }

    @Override
    public void close() throws SQLException {
        stream.close();
    }
}
