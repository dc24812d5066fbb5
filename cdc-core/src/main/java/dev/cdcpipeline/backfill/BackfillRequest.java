package dev.cdcpipeline.backfill;

import dev.cdcpipeline.change.TableName;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What to read again, and for whom.
 *
 * @param id names the backfill, unique in its pipeline
 * @param target the target's name
 * @param projection the one projection of the target that gets the rows; others are not disturbed
 * @param tables the tables to read; at least one
 */
public record BackfillRequest(String id, String target, String projection, SortedSet<TableName> tables) {

    public BackfillRequest {
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("a backfill needs a table");
        }
        tables = Collections.unmodifiableSortedSet(new TreeSet<>(tables));
    }
}
