package dev.cdcpipeline.pipeline;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.PostgresShard;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Runs everything that Debezium does here, on the class path of a user, and prints what came out. It prints the log too, by an
 * SLF4J binding of its own: a class that is missing is often told there only.
 */
public final class UserClassPathMain {
    private static final long PATIENCE_SECONDS = 60;
    private static final AtomicInteger TRANSFORMED = new AtomicInteger();

    /** A row of table {@code a}. */
    public record Thing(
            long id, @Nullable String val, @Nullable Integer n) {}

    private UserClassPathMain() {}

    public static void main(String[] args) throws Exception {
        Path offsets = Files.createTempFile("offsets", ".dat");
        Files.delete(offsets);
        snapshotAndStreaming(offsets);
        logPositionGone(offsets);
        missingPublication(offsets);
        invalidConfiguration(offsets);
        failingHandler(offsets);
        pipeline();
        System.out.println("all done");
        System.exit(0);
    }

    private static void snapshotAndStreaming(Path offsets) throws Exception {
        TRANSFORMED.set(0);
        BlockingQueue<SourceRecord> seen = new LinkedBlockingQueue<>();
        CompletableFuture<String> end = new CompletableFuture<>();
        Properties settings = engine(offsets, "initial");
        DebeziumEngine<?> engine = start(settings, seen, end);
        System.out.println("snapshot: " + operations(seen, 3));
        execute("insert into a values (4, 'new', 4)", "update a set n = 5 where id = 4", "delete from a where id = 4");
        System.out.println("streamed: " + operations(seen, 3));
        System.out.println("transformed: " + TRANSFORMED.get());
        engine.close();
        System.out.println("ended: " + end.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private static void logPositionGone(Path offsets) throws Exception {
        execute("select pg_drop_replication_slot('raw')");
        System.out.println("position gone: " + fails(engine(offsets, "no_data")));
    }

    private static void missingPublication(Path offsets) throws Exception {
        Properties settings = engine(offsets, "no_data");
        settings.setProperty("name", "other");
        settings.setProperty("topic.prefix", "other");
        settings.setProperty("publication.name", "no_such_publication");
        System.out.println("publication missing: " + fails(settings));
    }

    private static void invalidConfiguration(Path offsets) throws Exception {
        Properties settings = engine(offsets, "no_data");
        settings.remove("database.hostname");
        System.out.println("invalid configuration: " + fails(settings));
    }

    private static void failingHandler(Path offsets) throws Exception {
        Properties settings = engine(offsets, "no_data");
        settings.setProperty("name", "failing");
        settings.setProperty("topic.prefix", "failing");
        settings.setProperty("slot.name", "failing");
        CompletableFuture<String> end = new CompletableFuture<>();
        DebeziumEngine<?> engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(settings)
                .using((boolean success, String message, Throwable error) -> end.complete(success + chain(error)))
                .notifying(
                        (List<RecordChangeEvent<SourceRecord>> records,
                                DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer) -> {
                            throw new IllegalStateException("of the handler");
                        })
                .build();
        new Thread(engine, "failing").start();
        awaitSlot("failing");
        execute("insert into a values (5, 'fatal', 5)");
        System.out.println("handler failed: " + end.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private static void pipeline() throws Exception {
        execute("create table a_view (id bigint primary key, val text, n int)");
        PGSimpleDataSource home = dataSource();
        CdcPipeline pipeline = CdcPipeline.builder()
                .name("diet")
                .offsets(JdbcOffsets.in(home))
                .shard(PostgresShard.named("db0")
                        .host(property("host"))
                        .port(Integer.getInteger("diet.port"))
                        .database(property("database"))
                        .user(property("user"))
                        .password(property("password"))
                        .build())
                .target(JdbcTarget.named("copy", home)
                        .project(UpsertProjection.from(SourceTable.of("public.a", Thing.class))
                                .into("a_view")
                                .build()))
                .build();
        // As frameworks do that look at beans: no signature may need what is optional.
        System.out.println("without micrometer: " + (CdcPipeline.class.getMethods().length > 0));
        try (pipeline) {
            pipeline.start();
            System.out.println("loaded: " + pipeline.awaitLoaded(Duration.ofSeconds(PATIENCE_SECONDS)));
            execute("update a set val = 'changed' where id = 1");
            String lsn = query("select pg_current_wal_insert_lsn()");
            System.out.println("applied: " + pipeline.awaitApplied("db0", lsn, Duration.ofSeconds(PATIENCE_SECONDS)));
            System.out.println("read: "
                    + pipeline.status()
                            .shard("db0")
                            .applied()
                            .values()
                            .iterator()
                            .next()
                            .get(Operation.READ));
        }
        System.out.println(
                "view: " + query("select string_agg(concat_ws(':', id, val, n), ' ' order by id) from a_view"));
        System.out.println("source: " + query("select string_agg(concat_ws(':', id, val, n), ' ' order by id) from a"));
    }

    private static Properties engine(Path offsets, String snapshotMode) {
        Properties settings = new Properties();
        settings.setProperty("name", "raw");
        settings.setProperty("topic.prefix", "raw");
        settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.setProperty("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        settings.setProperty("offset.storage.file.filename", offsets.toString());
        settings.setProperty("offset.flush.interval.ms", "0");
        settings.setProperty("plugin.name", "pgoutput");
        settings.setProperty("slot.name", "raw");
        settings.setProperty("publication.name", "raw");
        settings.setProperty("publication.autocreate.mode", "disabled");
        settings.setProperty("table.include.list", "public.a");
        settings.setProperty("snapshot.mode", snapshotMode);
        settings.setProperty("tombstones.on.delete", "false");
        settings.setProperty("errors.max.retries", "0");
        settings.setProperty("transforms", "count");
        settings.setProperty("transforms.count.type", Count.class.getName());
        settings.setProperty("database.hostname", property("host"));
        settings.setProperty("database.port", property("port"));
        settings.setProperty("database.dbname", property("database"));
        settings.setProperty("database.user", property("user"));
        settings.setProperty("database.password", property("password"));
        return settings;
    }

    private static DebeziumEngine<?> start(
            Properties settings, BlockingQueue<SourceRecord> seen, CompletableFuture<String> end) {
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(settings)
                .using((boolean success, String message, Throwable error) ->
                        end.complete(success + " " + message + chain(error)))
                .notifying(record -> seen.add(record.record()))
                .build();
        new Thread(engine, settings.getProperty("name")).start();
        return engine;
    }

    private static String fails(Properties settings) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        try {
            start(settings, new LinkedBlockingQueue<>(), end);
        } catch (RuntimeException e) {
            end.complete("false" + chain(e));
        }
        return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static String chain(@Nullable Throwable error) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            text.append(" | ").append(String.valueOf(cause).replaceAll("\\s+", " "));
        }
        return text.toString();
    }

    private static String operations(BlockingQueue<SourceRecord> seen, int count) throws InterruptedException {
        StringBuilder operations = new StringBuilder();
        for (int i = 0; i < count; i++) {
            SourceRecord record =
                    Objects.requireNonNull(seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no record came");
            operations.append(((Struct) record.value()).getString("op"));
        }
        return operations.toString();
    }

    private static void awaitSlot(String slot) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!"1"
                        .equals(query("select count(*) from pg_replication_slots where active and slot_name = '" + slot
                                + "'"))
                && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String query(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static PGSimpleDataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {property("host")});
        dataSource.setPortNumbers(new int[] {Integer.getInteger("diet.port")});
        dataSource.setDatabaseName(property("database"));
        dataSource.setUser(property("user"));
        dataSource.setPassword(property("password"));
        return dataSource;
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty("diet." + name), name);
    }

    /** A single message transform of a user's. */
    public static final class Count implements Transformation<SourceRecord> {
        @Override
        public SourceRecord apply(SourceRecord record) {
            TRANSFORMED.incrementAndGet();
            return record;
        }

        @Override
        public ConfigDef config() {
            return new ConfigDef();
        }

        @Override
        public void configure(Map<String, ?> settings) {}

        @Override
        public void close() {}
    }

    /** Prints the log from INFO on. */
    public static final class PrintedLog implements SLF4JServiceProvider {
        private final IMarkerFactory markers = new BasicMarkerFactory();
        private final MDCAdapter context = new NOPMDCAdapter();

        @Override
        public ILoggerFactory getLoggerFactory() {
            return PrintingLogger::new;
        }

        @Override
        public IMarkerFactory getMarkerFactory() {
            return markers;
        }

        @Override
        public MDCAdapter getMDCAdapter() {
            return context;
        }

        @Override
        public String getRequestedApiVersion() {
            return "2.0.99";
        }

        @Override
        public void initialize() {}
    }

    private static final class PrintingLogger extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1L;

        PrintingLogger(String name) {
            this.name = name;
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                @Nullable Object @Nullable [] arguments,
                @Nullable Throwable throwable) {
            System.out.println(
                    "log " + level + " " + name + " " + MessageFormatter.basicArrayFormat(message, arguments));
            if (throwable != null) {
                throwable.printStackTrace(System.out);
            }
        }
    }
}
