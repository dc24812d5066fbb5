package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.internal.shape.UnchangedValue;
import io.debezium.connector.postgresql.connection.LogicalDecodingMessage;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.OriginMessage;
import io.debezium.connector.postgresql.connection.ReplicationMessage;
import io.debezium.connector.postgresql.connection.ReplicationMessage.Operation;
import io.debezium.connector.postgresql.connection.ReplicationStream.ReplicationMessageProcessor;
import io.debezium.connector.postgresql.connection.TransactionMessage;
import io.debezium.connector.postgresql.connection.pgoutput.PgOutputReplicationMessage;
import io.debezium.connector.postgresql.connection.pgoutput.PgOutputTruncateReplicationMessage;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads pgoutput, protocol version 1 (PostgreSQL documentation, "Logical Replication Message Formats"), and carries values as the
 * texts that they come as. Debezium's own decoder asks the catalog of now for keys and types, and takes some values for null,
 * some for others, and some columns out.
 */
final class PgoutputDecoder {
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final StreamedTables tables;
    private long transactionId;
    private Instant commitTime = Instant.EPOCH;

    PgoutputDecoder(StreamedTables tables) {
        this.tables = tables;
    }

    void decode(ByteBuffer message, ReplicationMessageProcessor processor) throws SQLException, InterruptedException {
        char kind = (char) message.get();
        switch (kind) {
            case 'B' -> process(begin(message), null, processor);
            case 'C' -> process(new TransactionMessage(Operation.COMMIT, transactionId, commitTime), null, processor);
            case 'O' -> processor.process(origin(message));
            case 'R' -> tables.describe(message);
            case 'M' -> processor.process(logicalMessage(message));
            case 'I', 'U', 'D' -> processRow(kind, message, processor);
            case 'T' -> truncate(message, processor);
            default -> {
                // Y, Type: the types of columns are asked for by their numbers
            }
        }
    }

    private ReplicationMessage begin(ByteBuffer message) {
        message.getLong();
        commitTime = POSTGRES_EPOCH.plus(message.getLong(), ChronoUnit.MICROS);
        transactionId = Integer.toUnsignedLong(message.getInt());
        return new TransactionMessage(Operation.BEGIN, transactionId, commitTime);
    }

    private ReplicationMessage origin(ByteBuffer message) {
        Lsn lsn = Lsn.valueOf(message.getLong());
        return new OriginMessage(PgoutputText.name(message), lsn, transactionId, commitTime);
    }

    private ReplicationMessage logicalMessage(ByteBuffer message) {
        boolean transactional = message.get() == 1;
        message.getLong();
        String prefix = PgoutputText.name(message);
        byte[] content = new byte[message.getInt()];
        message.get(content);
        return new LogicalDecodingMessage(
                Operation.MESSAGE,
                transactional ? commitTime : null,
                transactional ? transactionId : null,
                transactional,
                prefix,
                content);
    }

    private void processRow(char kind, ByteBuffer message, ReplicationMessageProcessor processor)
            throws SQLException, InterruptedException {
        Operation operation = kind == 'I' ? Operation.INSERT : kind == 'U' ? Operation.UPDATE : Operation.DELETE;
        Relation relation = tables.of(message.getInt());
        if (relation == null) {
            processor.process(new ReplicationMessage.NoopMessage(transactionId, commitTime, operation));
            return;
        }
        process(row(operation, relation, message), relation, processor);
    }

    private void process(ReplicationMessage message, @Nullable Relation relation, ReplicationMessageProcessor processor)
            throws SQLException, InterruptedException {
        tables.message().begin(relation, transactionId, commitTime);
        try {
            processor.process(message);
        } finally {
            tables.message().end();
        }
    }

    private ReplicationMessage row(Operation operation, Relation relation, ByteBuffer message) {
        List<@Nullable String> before = null;
        List<@Nullable String> after = null;
        while (message.hasRemaining()) {
            char tuple = (char) message.get();
            if (tuple == 'N') {
                after = tuple(message, relation, before);
            } else { // K, the key, or O, the whole old row
                before = tuple(message, relation, null);
            }
        }
        return new PgOutputReplicationMessage(
                operation,
                relation.quotedId(),
                commitTime,
                transactionId,
                before == null ? null : relation.columns(before),
                after == null ? null : relation.columns(after));
    }

    /**
     * The texts of the columns that are carried.
     *
     * @param before the row as it was, for values that were not sent because they did not change
     */
    private static List<@Nullable String> tuple(
            ByteBuffer message, Relation relation, @Nullable List<@Nullable String> before) {
        List<@Nullable String> values =
                new ArrayList<>(relation.shape().columns().size());
        int count = message.getShort();
        for (int i = 0; i < count; i++) {
            char kind = (char) message.get();
            int length = kind == 't' ? message.getInt() : 0;
            if (!relation.carried().get(i)) {
                message.position(message.position() + length);
                continue;
            }
            values.add(
                    switch (kind) {
                        case 'n' -> null;
                        case 'u' -> unchanged(relation, before, values.size());
                        case 't' -> PgoutputText.text(message, length);
                        default -> throw new IllegalStateException("unknown kind of value: " + kind);
                    });
        }
        return values;
    }

    /** A whole old row has the values that the new one leaves out; a key has only its own. */
    private static @Nullable String unchanged(Relation relation, @Nullable List<@Nullable String> before, int index) {
        boolean known = before != null
                && (relation.shape().fullIdentity()
                        || relation.shape().columns().get(index).inKey());
        return known ? before.get(index) : UnchangedValue.TEXT;
    }

    private void truncate(ByteBuffer message, ReplicationMessageProcessor processor)
            throws SQLException, InterruptedException {
        int count = message.getInt();
        message.get(); // CASCADE and RESTART IDENTITY: every table that was emptied is named
        List<Integer> oids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            oids.add(message.getInt());
        }
        List<Relation> truncated = tables.truncated(oids);
        for (int i = 0; i < truncated.size(); i++) {
            processor.process(new PgOutputTruncateReplicationMessage(
                    Operation.TRUNCATE,
                    truncated.get(i).quotedId(),
                    commitTime,
                    transactionId,
                    i + 1 == truncated.size()));
        }
    }
}
