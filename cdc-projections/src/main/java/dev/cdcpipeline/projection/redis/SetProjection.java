package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;

/**
 * Keeps each row as a member of a Redis set that its columns name: a secondary index.
 *
 * <pre>{@code
 * SetProjection.from(orders).key("orders-of-customer:{customer_id}").member("{id}").build()
 * }</pre>
 *
 * <p>A row whose columns change moves from set to set; one with null in a column that names the set is in none. A set without members
 * is gone, as always in Redis. Members that somebody else adds are left alone.
 */
public final class SetProjection extends PlaceProjection {
    private final KeyTemplate member;

    <T> SetProjection(PlaceOptions<T> options, KeyTemplate member) {
        super(options, new Members<>(member));
        this.member = member;
    }

    /** Begins a projection; {@link SetProjectionBuilder#key} and {@link SetProjectionBuilder#member} must follow. */
    public static <T> SetProjectionBuilder<T> from(SourceTable<T> table) {
        return new SetProjectionBuilder<>(table);
    }

    @Override
    void check(String who, TableDefinition definition) {
        super.check(who, definition);
        EntryKey.requireKey(who, member, definition);
    }

    private record Members<T>(KeyTemplate template) implements PlaceWriter<T> {

        @Override
        public String member(String shard, Row key) {
            return new EntryKey.Template(template).of(shard, key);
        }

        @Override
        public boolean isOnlyPresent() {
            return true;
        }

        @Override
        public boolean put(String place, String member, String rowId, T shown, Row row, Writes writes) {
            writes.addMember(place, member);
            return true;
        }

        @Override
        public void remove(String place, String member, String rowId, Writes writes) {
            writes.removeMember(place, member);
        }
    }
}
