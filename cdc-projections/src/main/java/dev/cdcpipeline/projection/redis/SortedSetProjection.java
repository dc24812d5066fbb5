package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each row as a member of a Redis sorted set that its columns name, by a score.
 *
 * <pre>{@code
 * SortedSetProjection.from(orders).key("orders-by-age").member("{id}").score("created_at").build()
 * }</pre>
 *
 * <p>As a {@link SetProjection}; a row without a score is in no set. A score is a double in Redis: a number that is none exactly, a
 * {@code bigint} above 2<sup>53</sup> perhaps, or a decimal of more than 15 digits, is refused ({@link
 * dev.cdcpipeline.failure.RejectedChange}), and so is NaN.
 */
public final class SortedSetProjection extends PlaceProjection {
    private final KeyTemplate member;
    private final @Nullable String scoreColumn;

    <T> SortedSetProjection(
            PlaceOptions<T> options, KeyTemplate member, RowScore<T> score, @Nullable String scoreColumn) {
        super(options, new Scored<>(member, score));
        this.member = member;
        this.scoreColumn = scoreColumn;
    }

    /** Begins a projection; {@code key}, {@code member} and {@code score} must follow. */
    public static <T> SortedSetProjectionBuilder<T> from(SourceTable<T> table) {
        return new SortedSetProjectionBuilder<>(table);
    }

    @Override
    void check(String who, TableDefinition definition) {
        super.check(who, definition);
        EntryKey.requireKey(who, member, definition);
        if (scoreColumn != null) {
            new ReadColumns(table()).require(who, "its score", Set.of(scoreColumn), definition);
        }
    }

    /** The score of a row, of a class that {@link Scores} takes; null for none. */
    @FunctionalInterface
    interface RowScore<T> {
        @Nullable
        Object of(T shown, Row row);
    }

    private record Scored<T>(KeyTemplate template, RowScore<T> score) implements PlaceWriter<T> {

        @Override
        public String member(String shard, Row key) {
            return new EntryKey.Template(template).of(shard, key);
        }

        @Override
        public boolean isOnlyPresent() {
            return false;
        }

        @Override
        public boolean put(String place, String member, String rowId, T shown, Row row, Writes writes) {
            Object value = score.of(shown, row);
            if (value == null) {
                return false;
            }
            writes.score(place, member, Scores.text(value));
            return true;
        }

        @Override
        public void remove(String place, String member, String rowId, Writes writes) {
            writes.removeScored(place, member);
        }
    }
}
