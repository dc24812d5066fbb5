package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;

/**
 * A captured table, or a partition of one on whatever level, as it is now.
 *
 * @param root the captured table
 * @param name its own name
 * @param oid its number
 * @param partitioned whether it has partitions in place of rows
 * @param replicaIdentity what the server logs of the old row: {@code d}efault, {@code i}ndex, {@code f}ull or {@code n}othing
 * @param key the columns of the primary key, by which the server knows rows, or of REPLICA IDENTITY USING INDEX; empty for none
 * @param columns its columns as {@link SourceTableInfo#columnText} gives them; empty unless it is the captured table itself
 * @param selectable whether the user may read it
 * @param hasHeirs whether other tables inherit from it that are no partitions
 * @param attached the transaction that made it a partition; empty for the captured table itself
 * @param born whether it was made as a partition, so that it had no rows then
 * @param file where its rows are, another one after a TRUNCATE; 0 for a partitioned one
 * @param bytes of its rows
 * @param uncounted whether the server has no estimate of its rows: after a TRUNCATE, but not after a VACUUM FULL
 */
record RelationState(
        TableName root,
        TableName name,
        long oid,
        boolean partitioned,
        String replicaIdentity,
        String key,
        String columns,
        boolean selectable,
        boolean hasHeirs,
        String attached,
        boolean born,
        long file,
        long bytes,
        boolean uncounted) {

    boolean isFull() {
        return replicaIdentity.equals("f");
    }

    boolean hasKey() {
        return !key.isEmpty();
    }

    /** Whether the server lets its updates and deletes through once it is published. */
    boolean hasIdentity() {
        return isFull() || !replicaIdentity.equals("n") && hasKey();
    }
}
