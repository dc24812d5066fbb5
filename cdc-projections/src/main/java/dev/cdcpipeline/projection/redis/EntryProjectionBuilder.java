package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of projections that keep an entry of its own for each row. Not thread-safe.
 *
 * @param <T> how rows are shown
 * @param <B> the builder
 */
public abstract sealed class EntryProjectionBuilder<T, B extends EntryProjectionBuilder<T, B>>
        permits CacheProjectionBuilder {
    private final SourceTable<T> table;
    private @Nullable String template;
    private @Nullable Function<Row, String> function;
    private String prefix = "";
    private @Nullable String name;
    private EntryExpiry expiry = EntryExpiry.NEVER;
    private Predicate<? super T> filter = row -> true;
    private final List<Notification> notifications = new ArrayList<>();

    EntryProjectionBuilder(SourceTable<T> table) {
        this.table = Objects.requireNonNull(table, "table");
    }

    /** A copy for the same builder with other values. */
    EntryProjectionBuilder(EntryProjectionBuilder<T, ?> other) {
        this.table = other.table;
        this.template = other.template;
        this.function = other.function;
        this.prefix = other.prefix;
        this.name = other.name;
        this.expiry = other.expiry;
        this.filter = other.filter;
        this.notifications.addAll(other.notifications);
    }

    abstract B self();

    /**
     * The Redis key, as a text with the columns of the table's key in braces: {@code order:{id}}. All of them must be named, and no
     * other column, because a delete carries nothing else. {@code {shard}}, {@code {schema}} and {@code {table}} stand for where the
     * row comes from; if the keys of rows of several shards can be equal, {@code {shard}} must be named. <code>{{</code> and
     * <code>}}</code> are braces themselves: <code>{{{customer_id}}}:order:{id}</code> has a hash tag for Redis Cluster.
     *
     * <p>Values are in PostgreSQL's text form, for timestamps in UTC. So that no two rows share a key whatever their values contain,
     * in a value that is followed by another one the character after it in the template and the backslash get a backslash before
     * them: {@code {a}:{b}} of {@code x:y} and {@code z} is <code>x\:y:z</code>. The last value, and so the only one, is as it is.
     *
     * @throws IllegalArgumentException if braces do not match, or nothing is between two values
     */
    public B key(String keyTemplate) {
        KeyTemplate.parse(keyTemplate, table.name());
        this.template = keyTemplate;
        this.function = null;
        return self();
    }

    /**
     * The Redis key as a function of the row's key columns. It must give the same key for the same row for ever, and different keys
     * for different rows; {@link #named} must be called as well.
     */
    public B key(Function<Row, String> ofKeyColumns) {
        this.function = Objects.requireNonNull(ofKeyColumns, "ofKeyColumns");
        this.template = null;
        return self();
    }

    /**
     * What every Redis key begins with, as it is: {@code v2:}. With another prefix the same projection is another one, which is loaded
     * beside the former; that is given up by {@link RedisTarget#drop} once nobody reads it. Default: nothing.
     */
    public B prefix(String text) {
        this.prefix = Objects.requireNonNull(text, "text");
        return self();
    }

    /**
     * The projection's name, see {@link RedisProjection#name()}. Default: prefix and key template, as they are written. A projection
     * under a name that is there already is not loaded again, and what it has written under other keys stays there.
     */
    public B named(String projectionName) {
        this.name = Objects.requireNonNull(projectionName, "projectionName");
        return self();
    }

    /**
     * How long an entry lives after it was written; a millisecond or more. Default: until its row is deleted. What has expired is
     * in Redis again after the row's next change, or when a {@link CacheReader} asks for it.
     */
    public B ttl(Duration timeToLive) {
        this.expiry = expiry.ttl(timeToLive);
        return self();
    }

    /**
     * By which part of {@link #ttl} each entry lives shorter or longer, at random, so that what came together does not expire
     * together: 0.1 for 10 percent. From 0 to below 1; default 0.
     */
    public B jitter(double fraction) {
        this.expiry = expiry.jitter(fraction);
        return self();
    }

    /** Which rows have an entry; the entry of one that does not pass any more is removed. Called by all shards. Default: all. */
    public B filter(Predicate<? super T> passes) {
        this.filter = Objects.requireNonNull(passes, "passes");
        return self();
    }

    /** Tells others of every entry that is written or removed. May be called for several. Default: nobody is told. */
    public B notify(Notification notification) {
        notifications.add(Objects.requireNonNull(notification, "notification"));
        return self();
    }

    SourceTable<T> table() {
        return table;
    }

    /** @throws IllegalStateException if something is missing */
    EntryOptions<T> options() {
        return new EntryOptions<>(requireName(), table.rereadUnchanged(), entryKey(), expiry, filter, notifications);
    }

    private EntryKey entryKey() {
        if (template != null) {
            return new EntryKey.Template(
                    KeyTemplate.parse(template, table.name()).prefixed(prefix));
        }
        Function<Row, String> computed = Objects.requireNonNull(function);
        String before = prefix;
        return new EntryKey.Computed(before.isEmpty() ? computed : row -> before + computed.apply(row));
    }

    private String requireName() {
        if (template == null && function == null) {
            throw new IllegalStateException("the projection of " + table.name() + " lacks key(...)");
        }
        if (name != null) {
            return name;
        }
        if (template == null) {
            throw new IllegalStateException("the projection of " + table.name()
                    + " has a function as its key, so that it needs a name: call named(...)");
        }
        return prefix + template;
    }
}
