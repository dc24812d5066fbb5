package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.projection.redis.SlotCalls.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** The hash of a cluster in which a shard's offset is. */
final class OffsetHead {
    private static final List<String> FIELDS;

    static {
        List<String> fields = new ArrayList<>(StoredOffset.FIELDS);
        fields.add(Beats.FIELD);
        FIELDS = List.copyOf(fields);
    }

    private final String key;
    private final String shard;
    private final int shards;
    private final SlotCalls calls;

    OffsetHead(String key, String shard, int shards, SlotCalls calls) {
        this.key = key;
        this.shard = shard;
        this.shards = shards;
        this.calls = calls;
    }

    /** @param mayBeNew whether it need not be there, nor have this epoch */
    RedisStore.Claim claim(RedisLink link, Epoch epoch, boolean mayBeNew) {
        List<byte[]> arguments = new ArrayList<>();
        for (Object argument : List.of(shard, epoch.value(), mayBeNew ? "1" : "0", shards, UUID.randomUUID())) {
            arguments.add(Writes.bytes(String.valueOf(argument)));
        }
        FIELDS.forEach(field -> arguments.add(Writes.bytes(field)));
        Call claim = new Call(key, Script.CLAIM, new String[] {key}, arguments.toArray(byte[][]::new));
        List<Object> reply = calls.run(link, List.of(claim), epoch.value()).get(0);
        SortedMap<String, String> fields = new TreeMap<>();
        for (int i = 0; i < FIELDS.size(); i++) {
            String value = Replies.text(reply, 3 + i);
            if (!value.isEmpty()) {
                fields.put(FIELDS.get(i), value);
            }
        }
        return new RedisStore.Claim(
                Long.parseLong(Replies.text(reply, 1)), Long.parseLong(Replies.text(reply, 2)), fields);
    }

    /** Stores fields if the sequence is still the expected one, which is the next one then. */
    void store(RedisLink link, Epoch epoch, long expected, Map<String, String> fields) {
        WriteArguments write = new WriteArguments(
                key, shard, epoch.value(), Long.toString(expected), Long.toString(expected + 1), fields, List.of());
        calls.run(link, List.of(new Call(key, Script.WRITE, write.keys(), write.arguments())), epoch.value());
    }
}
