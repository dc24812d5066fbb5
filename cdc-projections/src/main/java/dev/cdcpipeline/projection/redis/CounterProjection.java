package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.RejectedChange;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Counts rows, or adds up a number of theirs, in Redis strings that their columns name.
 *
 * <pre>{@code
 * CounterProjection.count(orders).by("orders-count:{status}").build()
 * CounterProjection.sum(orders, Order::cents).by("orders-cents:{customer_id}").build()
 * }</pre>
 *
 * <p>Exact, also when changes come again: what each row has added is remembered beside the counter. A row with null in a column that
 * names the counter is in none; a counter without rows is gone. A sum is a 64-bit integer; a change that would lead it further fails.
 * Keys that somebody else writes or evicts make it wrong: do not let Redis evict keys without a time to live.
 */
public final class CounterProjection extends PlaceProjection {

    <T> CounterProjection(PlaceOptions<T> options, ToLongFunction<? super T> amount, boolean isCount) {
        super(options, new Counted<>(amount, isCount));
    }

    /** Begins a projection that counts rows; {@link CounterProjectionBuilder#by} must follow. */
    public static <T> CounterProjectionBuilder<T> count(SourceTable<T> table) {
        return new CounterProjectionBuilder<>(table, shown -> 1, true);
    }

    /**
     * Begins a projection that adds up; {@link CounterProjectionBuilder#by} must follow.
     *
     * @param amount what a row adds, for example cents; called by all shards
     */
    public static <T> CounterProjectionBuilder<T> sum(SourceTable<T> table, ToLongFunction<? super T> amount) {
        return new CounterProjectionBuilder<>(table, Objects.requireNonNull(amount, "amount"), false);
    }

    /** What rows have added is remembered for each counter by the row's key. */
    @Override
    Optional<String> ownKeys() {
        return Optional.of(place().form());
    }

    private record Counted<T>(ToLongFunction<? super T> amount, boolean isOnlyPresent) implements PlaceWriter<T> {

        /** The values of the key, so that no two rows have one. */
        @Override
        public String member(String shard, Row key) {
            StringBuilder member = new StringBuilder();
            for (int i = 0; i < key.layout().columns().size(); i++) {
                String text = String.valueOf(key.text(i));
                member.append(i == 0 ? "" : ",");
                member.append(text.replace("\\", "\\\\").replace(",", "\\,"));
            }
            return member.toString();
        }

        @Override
        public boolean put(String place, String member, String rowId, T shown, Row row, Writes writes) {
            long added = amount.applyAsLong(shown);
            if (added == Long.MIN_VALUE) {
                throw new RejectedChange("Redis cannot subtract " + added + " again");
            }
            writes.count(place, rowId, added);
            return true;
        }

        @Override
        public void remove(String place, String member, String rowId, Writes writes) {
            writes.uncount(place, rowId);
        }
    }
}
