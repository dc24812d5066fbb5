package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import java.util.List;
import java.util.function.Predicate;

/**
 * What projections have in common that keep an entry of its own for each row.
 *
 * @param filter which rows have one
 */
record EntryOptions<T>(
        String name,
        SourceTable<T> table,
        EntryKey key,
        EntryExpiry expiry,
        Predicate<? super T> filter,
        List<Notification> notifications) {

    EntryOptions {
        notifications = List.copyOf(notifications);
    }
}
