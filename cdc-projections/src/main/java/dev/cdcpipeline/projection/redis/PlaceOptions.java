package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import java.util.function.Predicate;

/**
 * What projections have in common whose rows move.
 *
 * @param place the Redis key at which a row is; nowhere if one of its columns is null
 * @param filter which rows are anywhere
 */
record PlaceOptions<T>(String name, SourceTable<T> table, KeyTemplate place, Predicate<? super T> filter) {}
