package dev.cdcpipeline.benchmarks;

import io.debezium.connector.postgresql.PostgresConnector;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Debezium's engine with Debezium's default settings, and a handler. */
final class BareEngine implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {

    /** Hears of each change of a row, and of each batch when the engine has been told. */
    interface Handler {
        void change(SourceRecord event);

        void batchDone(int changes);
    }

    private final Handler handler;

    private BareEngine(Handler handler) {
        this.handler = handler;
    }

    /** Runs an engine on a thread of its own until the JVM ends. */
    static void start(Assignment run, Handler handler) {
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(properties(run))
                .using((success, message, error) -> {
                    System.out.println("the engine ended: " + message + " " + error);
                    Runtime.getRuntime().halt(1);
                })
                .notifying(new BareEngine(handler))
                .build();
        Thread thread = new Thread(engine, "bare-engine");
        thread.setDaemon(true);
        thread.start();
    }

    private static Properties properties(Assignment run) {
        Properties p = new Properties();
        p.setProperty("name", "bare");
        p.setProperty("topic.prefix", "bare");
        p.setProperty("connector.class", PostgresConnector.class.getName());
        p.setProperty("database.hostname", run.host());
        p.setProperty("database.port", Integer.toString(run.port()));
        p.setProperty("database.dbname", run.database());
        p.setProperty("database.user", run.user());
        p.setProperty("database.password", run.password());
        p.setProperty("plugin.name", "pgoutput");
        p.setProperty("slot.name", run.slot());
        p.setProperty("publication.name", Assignment.PUBLICATION);
        p.setProperty("publication.autocreate.mode", "disabled");
        p.setProperty("table.include.list", "public.orders");
        p.setProperty("snapshot.mode", "no_data");
        p.setProperty("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        p.setProperty("offset.storage.file.filename", offsetFile());
        return p;
    }

    private static String offsetFile() {
        try {
            Path file = Files.createTempFile("bare-engine", ".offsets");
            file.toFile().deleteOnExit();
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> events, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        int changes = 0;
        for (RecordChangeEvent<SourceRecord> event : events) {
            SourceRecord sourceRecord = event.record();
            if (isChange(sourceRecord)) {
                handler.change(sourceRecord);
                changes++;
            }
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
        handler.batchDone(changes);
    }

    /** Not a tombstone, and not a logical message: a heartbeat of the pipeline that made the slot may be in the backlog. */
    private static boolean isChange(SourceRecord event) {
        return event.value() instanceof Struct value && value.schema().field("after") != null;
    }
}
