package dev.cdcpipeline.change;

import java.util.Objects;

/**
 * A table by its schema and name, both as PostgreSQL stores them (folded to lower case unless quoted when created).
 *
 * @param schema the schema, for example {@code public}
 * @param name the table's name without schema
 */
public record TableName(String schema, String name) implements Comparable<TableName> {

    public TableName {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(name, "name");
        if (schema.isBlank() || name.isBlank()) {
            throw new IllegalArgumentException("a table needs a schema and a name, got '" + schema + "." + name + "'");
        }
    }

    /**
     * Reads {@code schema.table}; a name without a dot is taken from schema {@code public}.
     *
     * @throws IllegalArgumentException if there is more than one dot or a part is empty
     */
    public static TableName parse(String text) {
        Objects.requireNonNull(text, "text");
        String[] parts = text.split("\\.", -1);
        return switch (parts.length) {
            case 1 -> new TableName("public", parts[0]);
            case 2 -> new TableName(parts[0], parts[1]);
            default -> throw new IllegalArgumentException("expected schema.table, got '" + text + "'");
        };
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    /** {@code schema.table}, unquoted. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
