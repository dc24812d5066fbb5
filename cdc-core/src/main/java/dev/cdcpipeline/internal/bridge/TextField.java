package dev.cdcpipeline.internal.bridge;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * The schema of every column: a text that may be null. The same for all, so that the key of a row that a load reads equals the
 * key of a change of that row, whatever the catalog says of defaults and nulls in between; Debezium compares them with schema.
 */
final class TextField extends SchemaBuilder {

    TextField() {
        super(Schema.Type.STRING);
        super.optional();
    }

    @Override
    public SchemaBuilder defaultValue(Object value) {
        return this;
    }

    @Override
    public SchemaBuilder doc(String comment) {
        return this;
    }
}
