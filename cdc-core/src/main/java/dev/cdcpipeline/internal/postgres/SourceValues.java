package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.internal.dispatch.UnchangedRows;
import dev.cdcpipeline.internal.dispatch.UnchangedValues;
import dev.cdcpipeline.shard.PostgresShard;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads values at a source that its stream left out, over a connection of its own, which is opened when it is first needed and
 * again after it failed. One thread; {@link #abort()} from any.
 */
public final class SourceValues implements UnchangedValues, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceValues.class);
    /** Bounds what the driver holds beside the values themselves, and how long one statement takes. */
    private static final int KEYS_AT_ONCE = 500;
    /** Texts as the stream has them. Less than the driver waits for an answer, so that the server stops first. */
    private static final String SESSION = """
            set datestyle = 'ISO'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; set lc_monetary = 'C';
            set extra_float_digits = 1; set timezone = 'UTC'; set plan_cache_mode = 'force_custom_plan';
            set statement_timeout = '25s'
            """;
    /** A connection that nobody used for so long may have been forgotten on the way. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final Duration VISIBLE_SOON = Duration.ofSeconds(2);
    private static final long LOOK_AGAIN_MILLIS = 10;

    private final PostgresShard shard;
    private final Set<TableName> warned = new HashSet<>();
    private volatile @Nullable SourceConnection connection;
    private volatile boolean aborted;
    private long usedNanos;

    /** Connects to nobody yet. */
    public SourceValues(PostgresShard shard) {
        this.shard = shard;
    }

    @Override
    public Map<List<String>, Map<String, @Nullable String>> read(UnchangedRows rows) throws InterruptedException {
        String what = "[" + shard.id() + "] cannot read at the source what updates of " + rows.table() + " left out: ";
        try {
            return read(connected(), rows);
        } catch (SQLException e) {
            close();
            stopIfAborted();
            if (isOfTheKey(e)) {
                return leave(rows, SourceFailures.describe(shard, e));
            }
            throw new TransientFailure(what + SourceFailures.describe(shard, e), e);
        } catch (ShardStartException e) {
            close();
            stopIfAborted();
            throw new TransientFailure(what + e.getMessage(), e);
        }
    }

    private Map<List<String>, Map<String, @Nullable String>> read(SourceConnection source, UnchangedRows rows)
            throws SQLException, InterruptedException {
        RereadTable table = visibleTable(source, rows);
        if (!table.exists() || table.columns().isEmpty()) {
            return Map.of();
        }
        if (table.misfit().isPresent()) {
            return leave(rows, table.misfit().get());
        }
        Map<List<String>, Map<String, @Nullable String>> found = new HashMap<>();
        List<String> columns = table.columns();
        List<List<String>> keys = new ArrayList<>(rows.keys());
        for (int begin = 0; begin < keys.size(); begin += KEYS_AT_ONCE) {
            List<List<String>> some = keys.subList(begin, Math.min(keys.size(), begin + KEYS_AT_ONCE));
            source.query(
                    table.select(),
                    row -> {
                        Map<String, @Nullable String> texts = new HashMap<>();
                        for (int i = 0; i < columns.size(); i++) {
                            texts.put(columns.get(i), row.getString(i + 2));
                        }
                        return found.put(some.get(row.getInt(1) - 1), texts);
                    },
                    table.parameters(some));
        }
        usedNanos = System.nanoTime();
        return found;
    }

    /** What is visible once stays so: the table as it is when a read would see what the changes did. */
    private RereadTable visibleTable(SourceConnection source, UnchangedRows rows)
            throws SQLException, InterruptedException {
        long giveUp = System.nanoTime() + VISIBLE_SOON.toNanos();
        while (true) {
            RereadTable table = RereadTable.find(source, rows);
            if (table.visible().containAll(rows.transactions())) {
                return table;
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new TransientFailure("[" + shard.id() + "] a change of " + rows.table()
                        + " is in the stream, but nobody sees it at the source yet, perhaps because its commit waits for a"
                        + " synchronous standby; values that it left out can be read after that");
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private SourceConnection connected() throws SQLException, InterruptedException {
        SourceConnection known = connection;
        if (known != null && System.nanoTime() - usedNanos < IDLE.toNanos()) {
            return known;
        }
        close();
        SourceConnection opened = SourceConnection.open(shard);
        connection = opened;
        stopIfAborted();
        opened.execute(SESSION);
        usedNanos = System.nanoTime();
        return opened;
    }

    private void stopIfAborted() throws InterruptedException {
        if (aborted) {
            throw new InterruptedException("stopped while it read values at the source");
        }
    }

    /** Of another type by now, with which the key's old text cannot be compared: asking again would not help. */
    private static boolean isOfTheKey(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("22") || state.equals("42883") || state.equals("42846") || state.equals("42804");
    }

    private Map<List<String>, Map<String, @Nullable String>> leave(UnchangedRows rows, String why) {
        if (warned.add(rows.table())) {
            LOG.warn(
                    "[{}] values that updates of {} left out are not read again, because the table was altered since: {};"
                            + " such updates show them as unchanged",
                    shard.id(),
                    rows.table(),
                    why);
        }
        return Map.of();
    }

    /** Makes a call that waits for the source fail at once, and any later one too. */
    public void abort() {
        aborted = true;
        SourceConnection open = connection;
        if (open != null) {
            open.abort();
        }
    }

    /** Closes the connection, if there is one. */
    @Override
    public void close() {
        SourceConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
