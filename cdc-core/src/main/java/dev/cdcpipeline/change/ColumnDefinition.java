package dev.cdcpipeline.change;

import org.jspecify.annotations.Nullable;

/**
 * A column of a source table, as the catalog had it when the pipeline started.
 *
 * @param name as PostgreSQL stores it
 * @param sqlType as {@link RowLayout#sqlType} gives it
 * @param nullable whether it may be null
 * @param generated the expression of a generated column, which the server computes; null for any other
 * @param streamed whether changes carry it; a generated column is carried only where its publication says so (PostgreSQL 18)
 */
public record ColumnDefinition(
        String name,
        String sqlType,
        boolean nullable,
        @Nullable String generated,
        boolean streamed) {}
