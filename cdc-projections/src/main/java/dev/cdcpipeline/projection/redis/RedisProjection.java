package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.target.TargetContext;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link RedisTarget} does with the changes of one source table. Immutable and thread-safe: one object serves all shards.
 * {@code new} and builders do no I/O.
 */
public abstract sealed class RedisProjection permits CacheProjection, HashProjection, PlaceProjection {
    private final String name;
    private final SourceTable<?> table;

    RedisProjection(String name, SourceTable<?> table) {
        this.name = Objects.requireNonNull(name, "name");
        this.table = table.rereadUnchanged();
        if (name.isBlank() || name.indexOf(IndexedRow.SEPARATOR) >= 0) {
            throw new IllegalArgumentException("a projection needs a name of visible characters, not '" + name + "'");
        }
    }

    /** For messages, for backfills and in the names of the target's own keys; unique in its target. It must not change. */
    public final String name() {
        return name;
    }

    /** The source table whose changes it wants. The table must have a key. */
    public final SourceTable<?> table() {
        return table;
    }

    /**
     * Starts work for one shard. No I/O.
     *
     * @param who for messages
     * @throws CdcException if the table is not fit, with the remedy
     */
    final ShardProjection prepare(String who, TargetContext context) {
        TableDefinition definition = context.tables().get(table.name());
        if (definition != null) {
            String what = who + " projection '" + name + "'";
            if (definition.key().isEmpty()) {
                throw new CdcException(
                        what + ": " + table.name() + " has no key, by which a row would be found again; give"
                                + " it a primary key, or REPLICA IDENTITY USING INDEX");
            }
            check(what, definition);
        }
        return begin(context.shard().name());
    }

    /** By which a {@link CacheReader} may be admitted to fill. */
    String fillName() {
        return name;
    }

    /** What the keys look like that no other projection may write; empty if that is not known, or if others may. */
    Optional<String> ownKeys() {
        return Optional.empty();
    }

    /** @throws CdcException if the table is not fit, with the remedy */
    abstract void check(String who, TableDefinition definition);

    /** Whether what it writes expires by itself. */
    abstract boolean isExpiring();

    /** The same without a look at the table, which may be gone: enough to remove what is there. */
    abstract ShardProjection begin(String shard);

    /**
     * By which readers and pipeline tell that they speak of the same: a reader with another key template would fill what nobody keeps
     * up to date.
     */
    static String fillName(String name, EntryKey key) {
        return name + " " + key.form();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + table.name() + " as " + name + "]";
    }
}
