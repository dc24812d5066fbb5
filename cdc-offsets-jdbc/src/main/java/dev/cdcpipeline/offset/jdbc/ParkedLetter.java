package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import java.util.Set;

/**
 * What the session that has parked a change must know of it, without its row.
 *
 * @param id its number in the store
 * @param projection whose
 * @param table the source table
 * @param operation what was done to the row
 * @param keys what it is kept in order by
 * @param isParked whether changes wait behind it; false if it has been discarded before
 */
public record ParkedLetter(
        long id, String projection, TableName table, Operation operation, Set<String> keys, boolean isParked) {

    public ParkedLetter {
        keys = Set.copyOf(keys);
    }

    /** Of a letter as it was read. */
    public static ParkedLetter of(DeadLetter letter) {
        return new ParkedLetter(
                letter.id(),
                letter.projection(),
                letter.change().source().table(),
                letter.change().operation(),
                letter.keys(),
                letter.state() == DeadLetter.State.PARKED);
    }
}
