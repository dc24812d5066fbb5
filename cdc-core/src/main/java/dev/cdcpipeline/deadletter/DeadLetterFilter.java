package dev.cdcpipeline.deadletter;

import dev.cdcpipeline.change.TableName;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: all that fit everything that is set. Immutable; each method returns another filter.
 *
 * <pre>{@code
 * DeadLetterFilter.all().projection("order_view").shard("db0").key(TableName.parse("orders"), "17")
 * }</pre>
 *
 * @param target the target's name
 * @param projection the projection's name
 * @param shard the shard's name
 * @param table the source table
 * @param key one of the letter's keys, as {@link LetterKeys} makes them
 * @param error a part of the error's class or message, in whatever case
 * @param ids numbers in the store of one target; empty for any
 * @param state parked ones by default
 */
public record DeadLetterFilter(
        Optional<String> target,
        Optional<String> projection,
        Optional<String> shard,
        Optional<TableName> table,
        Optional<String> key,
        Optional<String> error,
        Set<Long> ids,
        DeadLetter.State state) {

    private static final DeadLetterFilter ALL = new DeadLetterFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            DeadLetter.State.PARKED);

    public DeadLetterFilter {
        ids = Set.copyOf(ids);
        if (!ids.isEmpty() && target.isEmpty()) {
            throw new IllegalArgumentException("dead letters have numbers within a target: name the target, too");
        }
    }

    /** Every parked change. */
    public static DeadLetterFilter all() {
        return ALL;
    }

    /**
     * Some letters of a target by their numbers.
     *
     * @throws IllegalArgumentException if there is no number: it would mean every letter of the target
     */
    public static DeadLetterFilter ids(String target, Long... ids) {
        if (ids.length == 0) {
            throw new IllegalArgumentException(
                    "no numbers of dead letters; for all of a target, use all().target(...)");
        }
        DeadLetterFilter all = all().target(target);
        return new DeadLetterFilter(
                all.target, all.projection, all.shard, all.table, all.key, all.error, Set.of(ids), all.state);
    }

    /** This letter. */
    public static DeadLetterFilter of(DeadLetter letter) {
        return ids(letter.target(), letter.id()).shard(letter.shard());
    }

    public DeadLetterFilter target(String name) {
        return new DeadLetterFilter(Optional.of(name), projection, shard, table, key, error, ids, state);
    }

    public DeadLetterFilter projection(String name) {
        return new DeadLetterFilter(target, Optional.of(name), shard, table, key, error, ids, state);
    }

    public DeadLetterFilter shard(String name) {
        return new DeadLetterFilter(target, projection, Optional.of(name), table, key, error, ids, state);
    }

    public DeadLetterFilter table(TableName name) {
        return new DeadLetterFilter(target, projection, shard, Optional.of(name), key, error, ids, state);
    }

    /** The changes of one row, by the texts of its key columns in key order. */
    public DeadLetterFilter key(TableName of, @Nullable String... texts) {
        return new DeadLetterFilter(
                target,
                projection,
                shard,
                Optional.of(of),
                Optional.of(LetterKeys.of(of, Arrays.asList(texts))),
                error,
                ids,
                state);
    }

    /** Letters whose error's class or message has this part, in whatever case; those that are behind others have no error. */
    public DeadLetterFilter error(String part) {
        return new DeadLetterFilter(target, projection, shard, table, key, Optional.of(part), ids, state);
    }

    /** Discarded letters in place of parked ones. */
    public DeadLetterFilter discarded() {
        return new DeadLetterFilter(target, projection, shard, table, key, error, ids, DeadLetter.State.DISCARDED);
    }

    /** As {@link #text()} wrote it. */
    public static DeadLetterFilter parse(String text) {
        return DeadLetterFilterText.read(text);
    }

    /** This filter as one line of JSON, with what is set. */
    public String text() {
        return DeadLetterFilterText.write(this);
    }

    /** The numbers in order. */
    public Collection<Long> orderedIds() {
        return new TreeSet<>(ids);
    }
}
