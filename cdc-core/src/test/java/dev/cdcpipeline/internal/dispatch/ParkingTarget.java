package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A target in memory, one projection named as itself, that refuses some changes and keeps letters. */
final class ParkingTarget implements Target {
    final List<Change<Row>> applied = new ArrayList<>();
    final List<NewLetter> letters = new ArrayList<>();
    /** What a change fails with; null if it goes well. */
    Function<Change<Row>, @Nullable RuntimeException> refusal = change -> null;

    @Nullable
    FailurePolicy policy;

    int isolations;
    private @Nullable Offset stored;

    ParkingTarget(Offset at) {
        stored = at;
    }

    @Override
    public String name() {
        return "t";
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return List.of(SourceTable.of(Records.ORDERS, MemoryTarget.AnyRow.class));
    }

    @Override
    public Optional<FailurePolicy> failurePolicy(String projection) {
        return Optional.ofNullable(policy);
    }

    @Override
    public ParkingSession open(TargetContext context) {
        return new OneSession();
    }

    ParkingSession open() {
        return new OneSession();
    }

    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {
        stored = null;
    }

    TableName table() {
        return Records.ORDERS;
    }

    private final class OneSession implements ParkingSession {
        private boolean broken;

        @Override
        public Optional<Offset> offset() {
            return Optional.ofNullable(stored);
        }

        @Override
        public void apply(ChangeBatch batch, Offset upTo) {
            require();
            for (Change<Row> change : batch.changes()) {
                RuntimeException failure = refusal.apply(change);
                if (failure != null) {
                    throw failure;
                }
            }
            applied.addAll(batch.changes());
            stored = upTo;
            broken = false;
        }

        private void require() {
            if (broken) {
                throw new AssertionError("a session that has failed was not recovered");
            }
            broken = true;
        }

        @Override
        public void isolate(ChangeBatch batch, Offset upTo, FailureJudge judge) {
            require();
            isolations++;
            List<Change<Row>> well = new ArrayList<>();
            List<NewLetter> parked = new ArrayList<>();
            for (Change<Row> change : batch.changes()) {
                RuntimeException failure = refusal.apply(change);
                if (failure == null) {
                    well.add(change);
                    judge.passed(name(), 1);
                } else if (judge.isTransient(failure)) {
                    throw failure;
                } else {
                    parked.addAll(judge.judge(name(), List.of(change), failure));
                }
            }
            judge.conclude();
            applied.addAll(well);
            letters.addAll(parked);
            stored = upTo;
            broken = false;
        }

        @Override
        public LetterStep replay(DeadLetterFilter filter, long after, int most) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LetterStep discard(DeadLetterFilter filter, String reason, long after, int most) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long cut(DeadLetterRetention retention, int most) {
            return 0;
        }

        @Override
        public Map<String, Long> parked() {
            return letters.isEmpty() ? Map.of() : Map.of(name(), (long) letters.size());
        }

        @Override
        public void recover() {
            broken = false;
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
