package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Records;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** A target with nothing but dead letters, by number; one projection named as itself. */
final class LetterTarget implements Target {
    final TreeSet<Long> letters = new TreeSet<>();
    final Set<Long> failing = new HashSet<>();
    final List<String> steps = new ArrayList<>();
    /** What the next steps fail with, before anything is done. */
    final Deque<RuntimeException> faults = new ArrayDeque<>();

    Runnable duringStep = () -> {};
    /** Where more wait for one row than fit, fewer are cut than may be. */
    int mostCutAtOnce = Integer.MAX_VALUE;

    private final String name;

    LetterTarget(String name, int count) {
        this.name = name;
        LongStream.rangeClosed(1, count).forEach(letters::add);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return List.of(SourceTable.of(Records.ORDERS.toString(), MemoryTarget.AnyRow.class));
    }

    Session session() {
        return new Session(this, new LetterSession());
    }

    @Override
    public ParkingSession open(TargetContext context) {
        return new LetterSession();
    }

    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {}

    private final class LetterSession implements ParkingSession {
        private boolean broken;

        @Override
        public Optional<Offset> offset() {
            return Optional.of(new Offset("100:7", Position.boundary(100), LoadState.none()));
        }

        @Override
        public void apply(ChangeBatch batch, Offset upTo) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void isolate(ChangeBatch batch, Offset upTo, FailureJudge judge) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LetterStep replay(DeadLetterFilter filter, long after, int most) {
            return step("replay", after, most, failing);
        }

        @Override
        public LetterStep discard(DeadLetterFilter filter, String reason, long after, int most) {
            return step("discard as " + reason, after, most, Set.of());
        }

        private LetterStep step(String what, long after, int most, Set<Long> stay) {
            begin(what + " after " + after);
            List<Long> looked =
                    letters.tailSet(after, false).stream().limit(most).toList();
            looked.stream().filter(id -> !stay.contains(id)).forEach(letters::remove);
            long failed = looked.stream().filter(stay::contains).count();
            long last = looked.isEmpty() ? after : looked.get(looked.size() - 1);
            return new LetterStep(
                    last,
                    looked.size() - failed,
                    failed,
                    0,
                    !letters.tailSet(last, false).isEmpty());
        }

        private void begin(String step) {
            steps.add(step);
            if (broken) {
                throw new AssertionError("a session that has failed was not recovered");
            }
            duringStep.run();
            RuntimeException fault = faults.poll();
            if (fault != null) {
                broken = true;
                throw fault;
            }
        }

        @Override
        public long cut(DeadLetterRetention retention, int most) {
            begin("cut");
            int gone = (int) Math.min(
                    Math.min(most, mostCutAtOnce),
                    letters.size() - retention.maxCount().orElse(letters.size()));
            for (int i = 0; i < gone; i++) {
                letters.pollFirst();
            }
            return gone;
        }

        @Override
        public Map<String, Long> parked() {
            return Map.of(name, (long) letters.size());
        }

        @Override
        public void recover() {
            steps.add("recover");
            broken = false;
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
