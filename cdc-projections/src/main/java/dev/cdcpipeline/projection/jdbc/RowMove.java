package dev.cdcpipeline.projection.jdbc;

/**
 * A row that got another key, with values that only the stored row knows.
 *
 * @param from its key before
 * @param to what is known of it now
 */
record RowMove(RowKey from, ViewRow to) {}
