package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.errors.ConnectException;
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
    private final StreamScope scope;
    private final StreamShapes shapes = new StreamShapes();
    private final StreamedMessage streamedMessage = new StreamedMessage();
    private final @Nullable String loadId;
    private final boolean snapshot;
    private volatile @Nullable String engineOffset;
    private boolean connectorStarted;
    private volatile @Nullable Long slotMadeAt;

    /**
     * @param scope what the run captures
     * @param engineOffset where the engine begins, as stored
     * @param loadId names the load that this run resumes or begins; results of any other are not ours
     */
    public EngineHandoff(StreamScope scope, String engineOffset, @Nullable String loadId) {
        this(scope, engineOffset, loadId, false);
    }

    private EngineHandoff(StreamScope scope, @Nullable String engineOffset, @Nullable String loadId, boolean snapshot) {
        this.scope = scope;
        this.engineOffset = engineOffset;
        this.loadId = loadId;
        this.snapshot = snapshot;
        RUNNING.put(token, this);
    }

    /** For a run in which the connector makes the slot and a snapshot: it finds no offset, and nothing is acknowledged. */
    public static EngineHandoff forSnapshot(StreamScope scope) {
        return new EngineHandoff(scope, null, null, true);
    }

    /** What the run captures. */
    StreamScope scope() {
        return scope;
    }

    /** Which shapes of tables the records of this run have. */
    public StreamShapes shapes() {
        return shapes;
    }

    StreamedMessage streamedMessage() {
        return streamedMessage;
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

    /** Null if the engine has none to begin from. */
    @Nullable
    String engineOffset() {
        return engineOffset;
    }

    /** Whether the connector makes a snapshot in this run. */
    public boolean isSnapshot() {
        return snapshot;
    }

    /**
     * The connector starts, or restarts by itself after a failure. In a snapshot the second start would find the slot that the
     * first has made, and read rows of no particular moment: some twice, some never.
     */
    synchronized void connectorStarts() {
        if (snapshot && connectorStarted) {
            throw new ConnectException("a snapshot cannot go on after a failure of the connector; it begins anew");
        }
        connectorStarted = true;
    }

    void slotMade(long consistentPoint) {
        slotMadeAt = consistentPoint;
    }

    /** Where the slot begins that the connector has made in this run, in the same start as its snapshot; empty if it has not. */
    public OptionalLong slotMadeAt() {
        Long made = slotMadeAt;
        return made == null ? OptionalLong.empty() : OptionalLong.of(made);
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
