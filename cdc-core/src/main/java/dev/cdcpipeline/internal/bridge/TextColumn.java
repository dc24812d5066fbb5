package dev.cdcpipeline.internal.bridge;

import io.debezium.connector.postgresql.PostgresStreamingChangeEventSource.PgConnectionSupplier;
import io.debezium.connector.postgresql.PostgresType;
import io.debezium.connector.postgresql.connection.ReplicationMessage;
import org.jspecify.annotations.Nullable;

/** A value of a tuple: PostgreSQL's text, or the mark of an unchanged one. */
record TextColumn(String name, @Nullable String text) implements ReplicationMessage.Column {
    private static final String QUOTES = "\"'`";

    /** Debezium takes the quotes off a name that is between some, and would look for a column without them. */
    @Override
    public String getName() {
        char first = name.charAt(0);
        boolean looksQuoted = QUOTES.indexOf(first) >= 0 && name.charAt(name.length() - 1) == first;
        return looksQuoted ? '"' + name.replace("\"", "\"\"") + '"' : name;
    }

    @Override
    public @Nullable Object getValue(PgConnectionSupplier connection, boolean includeUnknownTypes) {
        return text;
    }

    @Override
    public PostgresType getType() {
        return PostgresType.UNKNOWN;
    }

    @Override
    public ReplicationMessage.ColumnTypeMetadata getTypeMetadata() {
        throw new UnsupportedOperationException("the stream's own description of the table is used");
    }

    @Override
    public boolean isOptional() {
        return true;
    }
}
