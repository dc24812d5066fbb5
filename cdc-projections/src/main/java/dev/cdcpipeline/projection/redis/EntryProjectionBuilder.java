package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of projections that keep an entry of its own for each row. Not thread-safe.
 *
 * @param <T> how rows are shown
 * @param <B> the builder
 */
public abstract sealed class EntryProjectionBuilder<T, B extends EntryProjectionBuilder<T, B>>
        extends RedisProjectionBuilder<T, B> permits CacheProjectionBuilder, HashProjectionBuilder {
    private @Nullable String template;
    private @Nullable Function<Row, String> function;
    private EntryExpiry expiry = EntryExpiry.NEVER;
    private final List<Notification> notifications = new ArrayList<>();

    EntryProjectionBuilder(SourceTable<T> table) {
        super(table);
    }

    /** A copy for the same builder with other values. */
    EntryProjectionBuilder(EntryProjectionBuilder<T, ?> other) {
        super(other);
        this.template = other.template;
        this.function = other.function;
        this.expiry = other.expiry;
        this.notifications.addAll(other.notifications);
    }

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
        template(keyTemplate);
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

    /** Tells others of every entry that is written or removed. May be called for several. Default: nobody is told. */
    public B notify(Notification notification) {
        notifications.add(Objects.requireNonNull(notification, "notification"));
        return self();
    }

    /** @throws IllegalStateException if something is missing */
    EntryOptions<T> options() {
        return new EntryOptions<>(requireName(), table(), entryKey(), expiry, filter(), notifications);
    }

    private EntryKey entryKey() {
        if (template != null) {
            return new EntryKey.Template(template(template).prefixed(prefix()));
        }
        if (function == null) {
            throw lacking("key(...)");
        }
        Function<Row, String> computed = function;
        String before = prefix();
        return new EntryKey.Computed(before.isEmpty() ? computed : row -> before + computed.apply(row));
    }

    private String requireName() {
        String name = name();
        if (name != null) {
            return name;
        }
        if (function != null) {
            throw lacking("named(...): a key that is made by a function gives it no name");
        }
        return prefix() + template;
    }
}
