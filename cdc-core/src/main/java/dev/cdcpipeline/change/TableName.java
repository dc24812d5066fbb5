package dev.cdcpipeline.change;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A table by its schema and name, both as PostgreSQL stores them (folded to lower case unless quoted when created).
 *
 * @param schema the schema, for example {@code public}
 * @param name the table's name without schema
 */
public record TableName(String schema, String name) implements Comparable<TableName> {
    /** PostgreSQL cuts longer names off (documentation, "Identifiers and Key Words"), so that no table has one. */
    private static final int MAX_BYTES = 63;

    public TableName {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(name, "name");
        requireIdentifier("schema", schema);
        requireIdentifier("table", name);
    }

    private static void requireIdentifier(String what, String identifier) {
        if (identifier.isEmpty()) {
            throw new IllegalArgumentException("a table needs a schema and a name, the " + what + " is empty");
        }
        int bytes = identifier.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("the " + what + " name '" + identifier + "' has " + bytes
                    + " bytes in UTF-8; PostgreSQL's names have at most " + MAX_BYTES);
        }
    }

    /**
     * Reads {@code schema.table}; a name without a dot is taken from schema {@code public}. A part is as PostgreSQL stores it:
     * {@code shop.Orders} is what was created as {@code shop."Orders"}. Or it is quoted as in SQL, which a part with a dot or a
     * quote in it must be: {@code "My.Schema"."a ""b"""}.
     *
     * @throws IllegalArgumentException if there is more than one dot, a part is blank or has more than 63 bytes in UTF-8, or quotes
     *     do not match
     */
    public static TableName parse(String text) {
        return TableNameText.parse(Objects.requireNonNull(text, "text"));
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    /** {@code schema.table}, which {@link #parse} reads back: a part is quoted only if it has a dot or a quote in it or is blank. */
    @Override
    public String toString() {
        return TableNameText.part(schema) + "." + TableNameText.part(name);
    }
}
