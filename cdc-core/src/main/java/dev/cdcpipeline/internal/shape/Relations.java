package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.TableName;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Which captured table a relation of the stream belongs to, where a publication publishes partitions under their own names. May
 * ask the source; keeps what it was told, because a partition may be detached or dropped while its changes are still in the
 * stream. One thread.
 */
public interface Relations {

    /**
     * The captured table whose rows a relation has. To be asked at each Relation message, not only at the first of an oid: the
     * server sends another when a table has become a partition.
     *
     * @param oid of the relation, as the stream says it
     * @param name of the relation, as the stream says it
     * @return the table itself if it is captured, otherwise the captured one that it is or was a partition of, on whatever
     *     level; empty for any other
     * @throws dev.cdcpipeline.failure.CdcException if the source does not answer
     */
    Optional<TableName> rootOf(int oid, TableName name);

    /**
     * Whether a TRUNCATE that comes under the names of partitions empties the whole table: whether no partition of it is left
     * out. A partition that was made since counts as left out.
     *
     * @param root a captured table
     * @param truncated the oids that one TRUNCATE message names
     * @throws dev.cdcpipeline.failure.CdcException if the source does not answer
     */
    boolean isWhole(TableName root, Collection<Integer> truncated);

    /** Where no captured table is partitioned. */
    static Relations of(Set<TableName> captured) {
        return new Relations() {
            @Override
            public Optional<TableName> rootOf(int oid, TableName name) {
                return Optional.of(name).filter(captured::contains);
            }

            @Override
            public boolean isWhole(TableName root, Collection<Integer> truncated) {
                return true;
            }
        };
    }
}
