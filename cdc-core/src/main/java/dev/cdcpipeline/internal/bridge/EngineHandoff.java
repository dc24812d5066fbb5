package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one engine run shares with the classes that Debezium makes by name: the offset that the engine resumes from and
 * acknowledges to the slot, and the results of table loads. Debezium can pass no objects, only properties; so each run
 * registers itself under a random token that travels in a property, and is removed when the run ends. Thread-safe.
 */
public final class EngineHandoff implements AutoCloseable {
    /** The property that carries the token. */
    public static final String TOKEN_PROPERTY = "cdc.pipeline.token";

    private static final Map<String, EngineHandoff> RUNNING = new ConcurrentHashMap<>();

    private final String token = UUID.randomUUID().toString();
    private final Map<TableName, TableLoad> loadResults = new ConcurrentHashMap<>();
    private final @Nullable String loadId;
    private volatile String engineOffset;

    /**
     * @param engineOffset where the engine begins, as stored
     * @param loadId names the load that this run resumes or begins; results of any other are not ours
     */
    public EngineHandoff(String engineOffset, @Nullable String loadId) {
        this.engineOffset = engineOffset;
        this.loadId = loadId;
        RUNNING.put(token, this);
    }

    /** The run that a token belongs to; null after it has ended, when a late thread of Debezium still asks. */
    static @Nullable EngineHandoff find(@Nullable Object token) {
        return token == null ? null : RUNNING.get(token.toString());
    }

    /** How many runs are registered; for the test that none is left behind. */
    public static int running() {
        return RUNNING.size();
    }

    public String token() {
        return token;
    }

    /** What every target has made durable. From now on the slot may be acknowledged up to its boundary. */
    public void applied(String newEngineOffset) {
        this.engineOffset = newEngineOffset;
    }

    String engineOffset() {
        return engineOffset;
    }

    void tableLoaded(@Nullable String id, TableName table, TableLoad result) {
        if (loadId != null && loadId.equals(id)) {
            loadResults.put(table, result);
        }
    }

    /**
     * The result of a table that has left the running load. Debezium tells it before the handler can see the shorter list;
     * if it did not, the table counts as failed and is loaded again.
     */
    public TableLoad loadResult(TableName table) {
        return loadResults.getOrDefault(table, TableLoad.FAILED);
    }

    @Override
    public void close() {
        RUNNING.remove(token);
    }
}
