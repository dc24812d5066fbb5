package dev.cdcpipeline.internal.shape;

/**
 * A column of a {@link TableShape}.
 *
 * @param name as PostgreSQL stores it
 * @param typeOid the number of its type
 * @param typeModifier {@code atttypmod}; -1 for none
 * @param inKey whether rows are known by it, among others: it belongs to the primary key, or to the index of REPLICA IDENTITY
 */
public record ShapeColumn(String name, int typeOid, int typeModifier, boolean inKey) {}
