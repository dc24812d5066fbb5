package dev.cdcpipeline.cache;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.mirror.MirrorMain;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import dev.cdcpipeline.testkit.CrashPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A target that can be stopped dead before ({@value #BEFORE}) and after ({@value #AFTER}) each batch with changes, and made to stand
 * still before the first one that comes when there is the file {@code shop.stand}, until the whole process has been paused.
 */
record SteppedTarget(Target target) implements Target {
    static final String BEFORE = "before-write";
    static final String AFTER = "after-write";

    private static final Path STAND = Path.of(System.getProperty("shop.stand", "none"));
    private static final AtomicBoolean STOOD = new AtomicBoolean();

    @Override
    public String name() {
        return target.name();
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return target.tables();
    }

    @Override
    public Map<String, Set<String>> fills(TableName table) {
        return target.fills(table);
    }

    @Override
    public Optional<FailurePolicy> failurePolicy(String projection) {
        return target.failurePolicy(projection);
    }

    @Override
    public boolean repairsItself() {
        return target.repairsItself();
    }

    @Override
    public TargetSession open(TargetContext context) {
        return new Session(target.open(context));
    }

    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {
        target.forget(pipeline, shard, epoch);
    }

    private record Session(TargetSession session) implements TargetSession {

        @Override
        public Optional<Offset> offset() {
            return session.offset();
        }

        @Override
        public void apply(ChangeBatch batch, Offset upTo) {
            if (batch.changes().isEmpty()) {
                session.apply(batch, upTo);
                return;
            }
            if (Files.exists(STAND) && STOOD.compareAndSet(false, true)) {
                MirrorMain.standUntilPaused();
            }
            CrashPoint.reached(BEFORE);
            session.apply(batch, upTo);
            CrashPoint.reached(AFTER);
        }

        @Override
        public void recover() {
            session.recover();
        }

        @Override
        public void abort() {
            session.abort();
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
