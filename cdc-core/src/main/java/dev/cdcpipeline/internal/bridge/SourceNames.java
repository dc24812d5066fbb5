package dev.cdcpipeline.internal.bridge;

import io.debezium.config.CommonConnectorConfig;
import io.debezium.connector.SnapshotRecord;
import io.debezium.connector.SourceInfoStructMaker;
import io.debezium.connector.postgresql.PostgresSourceInfoStructMaker;
import io.debezium.connector.postgresql.SourceInfo;
import java.time.Instant;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@code source} of records that stream: what Debezium's own use of it needs, and one for all rows of a table in a
 * transaction. Debezium's own is made three times for each row, with a JSON text in it, which is a quarter of what its thread does;
 * places in the log are in the offset of a record as well.
 */
public final class SourceNames implements SourceInfoStructMaker<SourceInfo> {
    /** One instance, since Debezium compares the schemas of what it puts together, and equal ones take their time. */
    private static final Schema SCHEMA = SchemaBuilder.struct()
            .name("dev.cdcpipeline.Source")
            .field(SourceInfo.SCHEMA_NAME_KEY, Schema.STRING_SCHEMA)
            .field(SourceInfo.TABLE_NAME_KEY, Schema.STRING_SCHEMA)
            .field(SourceInfo.TXID_KEY, Schema.OPTIONAL_INT64_SCHEMA)
            .field(SourceInfo.TIMESTAMP_KEY, Schema.INT64_SCHEMA)
            .field(SourceInfo.LSN_KEY, Schema.OPTIONAL_INT64_SCHEMA)
            .field(SourceInfo.XMIN_KEY, Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private final PostgresSourceInfoStructMaker whole = new PostgresSourceInfoStructMaker();
    private StreamedMessage message = new StreamedMessage();
    private @Nullable Struct last;
    private @Nullable Relation lastRelation;
    private @Nullable Instant lastCommitTime;
    private long lastTransactionId;

    @Override
    @SuppressWarnings("deprecation") // there is no other way to a property that is not Debezium's
    public void init(String connector, String version, CommonConnectorConfig config) {
        whole.init(connector, version, config);
        EngineHandoff run = EngineHandoff.find(config.getConfig().getString(EngineHandoff.TOKEN_PROPERTY));
        if (run != null) {
            message = run.streamedMessage();
        }
    }

    @Override
    public Schema schema() {
        return SCHEMA;
    }

    /** Rows that a load has read come while a message of the stream is being read, which has brought them out. */
    @Override
    public Struct struct(SourceInfo source) {
        if (source.snapshot() != SnapshotRecord.FALSE) {
            return needed(whole.struct(source));
        }
        if (!message.isHere()) {
            return inStream(needed(whole.struct(source)));
        }
        Relation relation = message.relation();
        Struct known = last;
        if (known == null
                || relation != lastRelation
                || message.transactionId() != lastTransactionId
                || !message.commitTime().equals(lastCommitTime)) {
            known = new Struct(SCHEMA)
                    .put(
                            SourceInfo.SCHEMA_NAME_KEY,
                            relation == null ? "" : relation.id().schema())
                    .put(
                            SourceInfo.TABLE_NAME_KEY,
                            relation == null ? "" : relation.id().table())
                    .put(SourceInfo.TXID_KEY, message.transactionId())
                    .put(SourceInfo.TIMESTAMP_KEY, message.commitTime().toEpochMilli());
            last = known;
            lastRelation = relation;
            lastTransactionId = message.transactionId();
            lastCommitTime = message.commitTime();
        }
        return known;
    }

    /** After someone's non-transactional message Debezium has no number, and its read-only snapshot fails for want of one. */
    private Struct inStream(Struct source) {
        return source.getInt64(SourceInfo.TXID_KEY) != null
                ? source
                : source.put(SourceInfo.TXID_KEY, message.transactionId());
    }

    private static Struct needed(Struct whole) {
        Struct needed = new Struct(SCHEMA);
        SCHEMA.fields().forEach(field -> needed.put(field, whole.get(field.name())));
        return needed;
    }
}
