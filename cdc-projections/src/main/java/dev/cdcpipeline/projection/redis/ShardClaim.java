package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.lease.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What {@code claim.lua} is asked, and what it answers.
 *
 * @param members the names of all shards of the pipeline, with U+001F between them; empty if that is not to be noted
 * @param fields those that are wanted
 */
record ShardClaim(String shard, String members, List<String> fields) {

    /** @param mayBeNew whether the head need not be there, nor have this epoch */
    byte[][] arguments(Epoch epoch, boolean mayBeNew) {
        List<byte[]> arguments = new ArrayList<>();
        for (Object argument : List.of(shard, epoch.value(), mayBeNew ? "1" : "0", members, UUID.randomUUID())) {
            arguments.add(Writes.bytes(String.valueOf(argument)));
        }
        fields.forEach(field -> arguments.add(Writes.bytes(field)));
        return arguments.toArray(byte[][]::new);
    }

    /** @param reply one that is neither FENCED nor LOST */
    RedisStore.Claim of(List<Object> reply) {
        SortedMap<String, String> found = new TreeMap<>();
        for (int i = 0; i < fields.size(); i++) {
            String value = Replies.text(reply, 3 + i);
            if (!value.isEmpty()) {
                found.put(fields.get(i), value);
            }
        }
        return new RedisStore.Claim(
                Long.parseLong(Replies.text(reply, 1)), Long.parseLong(Replies.text(reply, 2)), found);
    }
}
