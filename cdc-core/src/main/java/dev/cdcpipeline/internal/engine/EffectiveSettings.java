package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.Target;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The settings that are in force, as one line for the log, without a secret. */
public final class EffectiveSettings {
    private static final Pattern SECRET =
            Pattern.compile("password|secret|token|credential|key", Pattern.CASE_INSENSITIVE);

    private final PipelineSettings settings;
    private final List<PostgresShard> shards;

    public EffectiveSettings(PipelineSettings settings, List<PostgresShard> shards) {
        this.settings = settings;
        this.shards = shards;
    }

    private String describe(PostgresShard shard) {
        ShardNames names = ShardNames.of(settings.pipeline(), shard);
        return shard + " slot=" + names.slot() + " publication=" + names.publication() + " firstLoad="
                + shard.firstLoad() + " gapPolicy=" + shard.gapPolicy() + " heartbeat=" + shard.heartbeat()
                + " warnRetainedWal=" + shard.retainedWalWarning()
                + (shard.retainedWalLimit() == Long.MAX_VALUE ? "" : " stopRetainedWal=" + shard.retainedWalLimit())
                + (shard.connector().isEmpty() ? "" : " connector=" + withoutSecrets(shard.connector()));
    }

    private static Map<String, String> withoutSecrets(Map<String, String> connector) {
        Map<String, String> shown = new TreeMap<>();
        connector.forEach((key, value) -> shown.put(key, SECRET.matcher(key).find() ? "***" : value));
        return shown;
    }

    @Override
    public String toString() {
        return "batchSize=" + settings.batchSize() + " maxTransactionRows=" + settings.maxTransactionRows()
                + " leaseTime=" + settings.leaseTime() + " watchdogInterval=" + settings.watchdogInterval()
                + " shutdownTimeout=" + settings.shutdownTimeout() + " targets="
                + settings.targets().stream().map(Target::name).toList() + " shards="
                + shards.stream().map(this::describe).collect(Collectors.joining(", ", "[", "]"));
    }
}
