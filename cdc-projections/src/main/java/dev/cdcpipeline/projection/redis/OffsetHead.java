package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.projection.redis.SlotCalls.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    private final ShardClaim claim;
    private final SlotCalls calls;

    OffsetHead(String key, String shard, String members, SlotCalls calls) {
        this.key = key;
        this.shard = shard;
        this.claim = new ShardClaim(shard, members, FIELDS);
        this.calls = calls;
    }

    /** @param mayBeNew whether it need not be there, nor have this epoch */
    RedisStore.Claim claim(RedisLink link, Epoch epoch, boolean mayBeNew) {
        Call call = new Call(key, Script.CLAIM, new String[] {key}, claim.arguments(epoch, mayBeNew));
        return claim.of(calls.run(link, List.of(call), epoch.value()).get(0));
    }

    /** Stores fields if the sequence is still the expected one, which is the next one then. */
    void store(RedisLink link, Epoch epoch, long expected, Map<String, String> fields) {
        WriteArguments write = new WriteArguments(
                key, shard, epoch.value(), Long.toString(expected), Long.toString(expected + 1), fields, List.of());
        calls.run(link, List.of(new Call(key, Script.WRITE, write.keys(), write.arguments())), epoch.value());
    }
}
