package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.PipelineListener;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;

/** The JVM of one drain. Prints its {@link DrainResult} and ends. */
public final class DrainMain {

    private DrainMain() {}

    public static void main(String[] args) throws InterruptedException, SQLException {
        Assignment run = Assignment.ofThisJvm();
        DrainClock clock = new DrainClock(run.changes());
        switch (run.variant()) {
            case NO_OP -> BareEngine.start(run, handler(event -> {}, clock));
            case NAIVE -> BareEngine.start(run, handler(new NaiveUpsert(run.connectToTarget())::apply, clock));
            case PIPELINE -> WholePipeline.start(run, listener(clock));
            case REDIS -> WholePipeline.start(run, OrderCache.target(OrderCache.uriOfThisJvm()), listener(clock));
        }
        System.out.println(clock.await().toLine());
        System.exit(0);
    }

    private static PipelineListener listener(DrainClock clock) {
        return new PipelineListener() {
            @Override
            public void applied(BatchApplied batch) {
                clock.batchDone(batch.changes());
            }
        };
    }

    private static BareEngine.Handler handler(Consumer<SourceRecord> sink, DrainClock clock) {
        return new BareEngine.Handler() {
            @Override
            public void change(SourceRecord event) {
                sink.accept(event);
            }

            @Override
            public void batchDone(int changes) {
                clock.batchDone(changes);
            }
        };
    }
}
