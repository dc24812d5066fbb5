package dev.cdcpipeline.internal.postgres;

/**
 * A column of a source table, from the catalog.
 *
 * @param name its name
 * @param sqlType its type as SQL writes it, for messages
 * @param baseType the name of its type in {@code pg_type}, without {@code _} for an array and with a domain resolved
 * @param isEnum whether the base type is an enum
 * @param isArray whether it is an array
 * @param nullable whether it may be null
 * @param generated whether the server computes it
 */
record SourceColumn(
        String name,
        String sqlType,
        String baseType,
        boolean isEnum,
        boolean isArray,
        boolean nullable,
        boolean generated) {}
