package dev.cdcpipeline.projection.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns where Redis may evict the target's own keys: each time it does so, everything is loaded again. */
final class EvictionCheck {
    private static final Logger LOG = LoggerFactory.getLogger(EvictionCheck.class);
    private static final Pattern POLICY = Pattern.compile("maxmemory_policy:(allkeys-\\S+)");
    private static final Pattern LIMIT = Pattern.compile("maxmemory:0\\s");

    private EvictionCheck() {}

    static void run(RedisClusterAsyncCommands<String, byte[]> commands, String who) {
        String memory;
        try {
            memory = Answers.await(commands.info("memory").toCompletableFuture());
        } catch (RedisException e) {
            LOG.debug("{} may not ask for INFO", who, e);
            return;
        }
        Matcher policy = POLICY.matcher(memory);
        if (policy.find() && !LIMIT.matcher(memory).find()) {
            LOG.warn(
                    "{}: Redis has maxmemory-policy {}, by which it may evict offset and index of the target, and then all is loaded"
                            + " again; use a volatile-* policy and give entries a time to live, or noeviction",
                    who,
                    policy.group(1));
        }
    }
}
