package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.internal.shape.PgType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a source table, from the catalog.
 *
 * @param name its name
 * @param sqlType its type as {@code CREATE TABLE} takes it; one outside {@code pg_catalog} carries its schema
 * @param type its type
 * @param typeModifier {@code atttypmod}; -1 for none
 * @param nullable whether it may be null
 * @param generated the expression by which the server computes it; null for a column that is written
 * @param virtual whether it is computed when it is read, and stored nowhere
 * @param streamed whether changes carry it
 */
record SourceColumn(
        String name,
        String sqlType,
        PgType type,
        int typeModifier,
        boolean nullable,
        @Nullable String generated,
        boolean virtual,
        boolean streamed) {

    boolean isGenerated() {
        return generated != null;
    }

    /** The same, carried by changes although it is generated. */
    SourceColumn streamedToo() {
        return new SourceColumn(name, sqlType, type, typeModifier, nullable, generated, virtual, true);
    }

    boolean isArray() {
        return type.base().kind() == PgType.Kind.ARRAY;
    }

    /** Whether it holds labels of an enum, or arrays of them. */
    boolean isEnum() {
        return single().kind() == PgType.Kind.ENUM;
    }

    /** The name of its type in {@code pg_type}, of an array its elements', with a domain resolved. */
    String baseType() {
        return single().name();
    }

    private PgType single() {
        PgType base = type.base();
        PgType element = base.element();
        return element == null ? base : element.base();
    }
}
