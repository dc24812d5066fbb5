package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.bridge.CapturingConnector;
import dev.cdcpipeline.internal.bridge.EngineHandoff;
import dev.cdcpipeline.internal.bridge.LoadResults;
import dev.cdcpipeline.internal.bridge.SourceNames;
import dev.cdcpipeline.internal.bridge.StoredOffsets;
import dev.cdcpipeline.internal.bridge.TextConverter;
import dev.cdcpipeline.internal.bridge.WalConnection;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Debezium is told, in one table, and why. Users' own settings go first; what is here wins. */
final class EngineProperties {
    private static final long MEGABYTE = 1024L * 1024;
    /** Debezium hands over at most this many records of an incremental snapshot at once; never above snapshot.fetch.size. */
    private static final int CHUNK = 2048;

    private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{N}_]");

    private static final String INITIAL_STATEMENTS = "database.initial.statements";
    /** What the options say, too, once more for users whose own statements say something else. */
    private static final String SPELLING = WalConnection.UTC + ";set intervalstyle = 'postgres';"
            + "set bytea_output = 'hex';set lc_monetary = 'C';set extra_float_digits = 1";

    private static final int FETCH = 10_240;

    private EngineProperties() {}

    static Properties of(
            PostgresShard shard,
            ShardNames names,
            CapturedTables captured,
            PipelineSettings settings,
            EngineHandoff handoff) {
        Properties p = new Properties();
        p.setProperty("slot.max.retries", "20");
        p.setProperty("slot.retry.delay.ms", "500");
        p.setProperty("retriable.restart.connector.wait.ms", "500");
        p.setProperty(
                "poll.interval.ms", "10"); // both of Debezium's waits: commit to visible in 7 ms, 9 % of an idle core
        p.setProperty("max.queue.size", Integer.toString(Math.max(8192, 4 * settings.batchSize())));
        p.setProperty("max.queue.size.in.bytes", Long.toString(queueBytes()));
        p.setProperty("database.tcpKeepAlive", "true");
        p.setProperty("statistics.metrics.enabled", "false"); // under load it only logs that its own queue is full
        p.putAll(shard.connector());

        // Who. The prefix is new for each run, so that a run that could not be stopped cannot block the next one by its
        // MBeans.
        p.setProperty("name", names.engine());
        p.setProperty("topic.prefix", names.engine() + "-" + handoff.token().substring(0, 8));
        p.setProperty("connector.class", CapturingConnector.class.getName());
        p.setProperty(EngineHandoff.TOKEN_PROPERTY, handoff.token());
        p.setProperty("database.hostname", shard.host());
        p.setProperty("database.port", Integer.toString(shard.port()));
        p.setProperty("database.dbname", shard.database());
        p.setProperty("database.user", shard.user());
        p.setProperty("database.password", shard.password());

        // What is read. Slot and publication are ours to make; a table missing in the publication would be lost
        // silently.
        p.setProperty("plugin.name", "pgoutput");
        p.setProperty("slot.name", names.slot());
        p.setProperty("slot.drop.on.stop", "false");
        p.setProperty("publication.name", names.publication());
        p.setProperty("publication.autocreate.mode", "disabled");
        p.setProperty("table.include.list", tables(captured));
        p.setProperty(
                "column.include.list", columns(captured)); // what nobody reads need not be converted, nor can it fail
        if (!captured.withIndexIdentity().isEmpty()) {
            p.setProperty("message.key.columns", keys(captured));
        }
        p.setProperty(
                "snapshot.mode", "no_data"); // rows come by the incremental snapshot that the boundary is seeded with
        p.setProperty("read.only", "true"); // it writes no signal table
        p.setProperty("incremental.snapshot.chunk.size", Integer.toString(CHUNK));
        p.setProperty("snapshot.fetch.size", Integer.toString(FETCH)); // below the chunk a table is skipped silently
        p.setProperty("skipped.operations", "none"); // the default drops TRUNCATE
        p.setProperty("tombstones.on.delete", "false");
        p.setProperty("provide.transaction.metadata", "true"); // BEGIN and END, by which transactions are put together
        p.setProperty("message.prefix.exclude.list", ".*"); // captured messages make offsets grow quadratically

        // Where it begins, and what may be acknowledged: only what the targets have stored.
        p.setProperty("offset.storage", StoredOffsets.class.getName());
        p.setProperty("offset.flush.interval.ms", "0");
        p.setProperty("lsn.flush.mode", "connector");
        p.setProperty(
                "offset.mismatch.strategy", "no_validation"); // the others skip silently; we check before the start
        p.setProperty("heartbeat.interval.ms", Long.toString(shard.heartbeat().toMillis()));
        p.setProperty("heartbeat.action.query", "select " + SourceConnection.HEARTBEAT);
        p.setProperty("notification.enabled.channels", LoadResults.NAME);

        // Values: PostgreSQL's own texts, in one spelling whatever the database prefers.
        p.setProperty("converters", TextConverter.NAME);
        p.setProperty(TextConverter.NAME + ".type", TextConverter.class.getName());
        p.setProperty("database.binaryTransfer", "false");
        p.setProperty("database.stringtype", "unspecified"); // a chunk begins after a key that is given as text
        p.setProperty("database.options", options(p.getProperty("database.options", "")));
        p.setProperty(INITIAL_STATEMENTS, also(p.getProperty(INITIAL_STATEMENTS, ""), SPELLING));

        p.setProperty("extended.headers.enabled", "false"); // three for each record, which nobody reads

        // How it fails and stops.
        p.setProperty("event.processing.failure.handling.mode", "fail");
        p.setProperty("event.converting.failure.handling.mode", "fail"); // the default puts null in its place
        p.setProperty("tasks.max", "1");
        p.setProperty("max.batch.size", Integer.toString(settings.batchSize()));
        p.setProperty(
                "errors.max.retries", "-1"); // a finite number counts over the engine's life; the probe watches instead
        p.setProperty("executor.shutdown.timeout.ms", "300");
        p.setProperty(
                "internal.task.management.timeout.ms", "60000"); // above any call of a target, or close leaks the slot
        if (!handoff.isSnapshot()) {
            p.setProperty("sourceinfo.struct.maker", SourceNames.class.getName());
        } else {
            p.putAll(ofSnapshot(p.getProperty(INITIAL_STATEMENTS, "")));
        }
        return p;
    }

    /** What differs when the connector makes the slot and a snapshot, which is exact only in one uninterrupted go. */
    private static Properties ofSnapshot(String initialStatements) {
        Properties p = new Properties();
        // A target that is away keeps the transaction waiting that reads; the server must not end it for that.
        p.setProperty(INITIAL_STATEMENTS, also(initialStatements, "set idle_in_transaction_session_timeout = 0"));
        p.setProperty("snapshot.mode", "initial");
        p.setProperty("snapshot.max.threads", "1"); // others than the first would not read at the slot's moment
        p.setProperty("snapshot.locking.mode", "none"); // nobody is locked out; the moment is the slot's
        p.setProperty("snapshot.query.mode", "select_all");
        p.setProperty("errors.max.retries", "0"); // a second try inside the engine would find the slot of the first
        p.setProperty("slot.max.retries", "0");
        p.setProperty("internal.create.slot.command.timeout", "40"); // below the time in which an engine must start
        return p;
    }

    private static String also(String statements, String ours) {
        return statements.isBlank() ? ours : statements + ";" + ours;
    }

    private static String options(String users) {
        return users + (users.isBlank() ? "" : " ")
                + "-c IntervalStyle=postgres -c bytea_output=hex -c lc_monetary=C -c extra_float_digits=1";
    }

    private static String tables(CapturedTables captured) {
        return captured.columns().keySet().stream()
                .map(table -> pattern(plain(table)))
                .collect(Collectors.joining(","));
    }

    /** Of a table that is read whole, all columns, also those that it has not yet, but for what changes never carry. */
    private static String columns(CapturedTables captured) {
        return captured.columns().entrySet().stream()
                .flatMap(table -> captured.wantsAll(table.getKey())
                        ? Stream.of(pattern(plain(table.getKey()) + ".") + streamed(captured, table.getKey()))
                        : table.getValue().stream().map(column -> pattern(plain(table.getKey()) + "." + column)))
                .collect(Collectors.joining(","));
    }

    private static String streamed(CapturedTables captured, TableName table) {
        String others = captured.notStreamed().getOrDefault(table, Set.of()).stream()
                .map(EngineProperties::pattern)
                .collect(Collectors.joining("|"));
        return others.isEmpty() ? ".*" : "(?!(?:" + others + ")$).*";
    }

    /** Rows of these tables are known by another index than the primary key's, in the stream; a load must know them so, too. */
    private static String keys(CapturedTables captured) {
        return captured.withIndexIdentity().entrySet().stream()
                .map(table -> pattern(plain(table.getKey())) + ":"
                        + table.getValue().stream()
                                .map(EngineProperties::pattern)
                                .collect(Collectors.joining(",")))
                .collect(Collectors.joining(";"));
    }

    /** As Debezium compares it, without quotes whatever is in it. */
    private static String plain(TableName table) {
        return table.schema() + "." + table.name();
    }

    /** Debezium reads each entry of a list as a regular expression, after it was parted at commas and trimmed. */
    private static String pattern(String name) {
        return OTHER.matcher(name)
                .replaceAll(other -> other.group().equals(".")
                        ? "\\\\."
                        : "\\\\x{" + Integer.toHexString(other.group().codePointAt(0)) + "}");
    }

    private static long queueBytes() {
        return Math.max(
                16 * MEGABYTE, Math.min(256 * MEGABYTE, Runtime.getRuntime().maxMemory() / 16));
    }
}
