package dev.cdcpipeline.projection.redis;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.Change;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells others that an entry was written or removed, in the same atomic write on one server: whoever reads at once sees the new
 * state. In a cluster it comes after the entry, and may come again after a crash.
 *
 * <p>There is one for each row and batch: of several changes of a row in one batch, the last is told. The rows of a load are told
 * as well, because a load may bring what was missed; so is every entry that a TRUNCATE removes. An entry that expires or that a
 * reader fills is not told.
 *
 * <p>What is told has four fields: {@code key}, the Redis key; {@code operation}, {@code set} or {@code delete}, which may also come
 * where nothing was; {@code shard}, its name; {@code position}, the change's place in the stream of the shard, as text, which is
 * missing where no single change has removed the entry.
 */
public final class Notification {
    private final String where;
    private final boolean isStream;
    private final long length;

    private Notification(String where, boolean isStream, long length) {
        this.where = Objects.requireNonNull(where);
        this.isStream = isStream;
        this.length = length;
    }

    /** {@code PUBLISH} of the fields as a JSON object. Who does not listen at that moment never hears of it. */
    public static Notification publish(String channel) {
        return new Notification(channel, false, 0);
    }

    /**
     * {@code XADD} of the fields to a stream, which is kept at about this length.
     *
     * @param maxLength 1 or more
     */
    public static Notification append(String stream, long maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("a stream is kept at 1 entry or more, not " + maxLength);
        }
        return new Notification(stream, true, maxLength);
    }

    /** @param change null if no single change has removed the entry */
    void tell(String key, String operation, String shard, @Nullable Change<?> change, Writes writes) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("key", key);
        fields.put("operation", operation);
        fields.put("shard", shard);
        if (change != null) {
            fields.put("position", change.position().toString());
        }
        if (isStream) {
            Map<String, byte[]> entry = new LinkedHashMap<>();
            fields.forEach((name, value) -> entry.put(name, Writes.bytes(value)));
            writes.append(where, entry, length);
        } else {
            ObjectNode message = JsonNodeFactory.instance.objectNode();
            fields.forEach(message::put);
            writes.publish(where, Writes.bytes(message.toString()));
        }
    }

    @Override
    public String toString() {
        return isStream ? "append to '" + where + "'" : "publish to '" + where + "'";
    }
}
