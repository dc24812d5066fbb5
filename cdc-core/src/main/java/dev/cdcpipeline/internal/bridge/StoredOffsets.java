package dev.cdcpipeline.internal.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The engine's offset store: reads what the targets have made durable, and stores nothing. Debezium asks it at the start and
 * again before each acknowledgement to the slot, so that the slot can never be ahead of the targets. What Debezium wants to
 * store is dropped: it is not a safe place to start again from.
 */
public final class StoredOffsets implements OffsetBackingStore {
    private @Nullable EngineHandoff run;

    @Override
    public void configure(WorkerConfig config) {
        run = EngineHandoff.find(config.originals().get(EngineHandoff.TOKEN_PROPERTY));
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> offsets = new HashMap<>();
        String stored = run == null ? null : run.engineOffset();
        if (stored != null) {
            byte[] offset = stored.getBytes(StandardCharsets.UTF_8);
            keys.forEach(key -> offsets.put(key, ByteBuffer.wrap(offset)));
        }
        return CompletableFuture.completedFuture(offsets);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, @Nullable Callback<Void> callback) {
        if (callback != null) {
            callback.onCompletion(null, null);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connectorName) {
        return Set.of();
    }
}
