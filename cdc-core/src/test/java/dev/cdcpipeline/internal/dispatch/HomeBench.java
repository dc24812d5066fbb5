package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.RowOf;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.policy.FailureDecision;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.policy.ParkingLimits;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.ParkingListener;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.target.TargetContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A target that knows nothing of dead letters, the home database that keeps them for it, and the dispatcher between them. */
final class HomeBench {
    static final TableName ORDERS = Records.ORDERS;

    final Steps steps = new Steps();
    final PlainTarget target = new PlainTarget(steps, new Offset("100:7", Position.boundary(100), LoadState.none()));
    final MemoryLetters letters = new MemoryLetters(steps);
    final List<String> heard = new ArrayList<>();
    private FailurePolicy policy = failed -> new FailureDecision.Park();
    private ParkingLimits limits = ParkingLimits.standard();
    private @Nullable Session session;
    private @Nullable Dispatcher dispatcher;

    HomeBench policy(FailurePolicy other) {
        policy = other;
        return this;
    }

    HomeBench limits(ParkingLimits other) {
        limits = other;
        return this;
    }

    /** Has the table loaded without an end. */
    void loading() {
        TreeMap<TableName, TableLoad> pending = new TreeMap<>(Map.of(ORDERS, TableLoad.PENDING));
        target.stands(target.stored()
                .withLoad(new LoadState(null, 0, pending, new TreeMap<>(), new TreeMap<>(), new TreeSet<>())));
    }

    /** A process starts: it knows what is durable. */
    void start() {
        ParkingListener listener = new ParkingListener() {
            @Override
            public void stored(NewLetter letter) {
                heard.add((letter.error().isEmpty() ? "behind " : "parked ")
                        + letter.change().operation());
            }

            @Override
            public void replayed(String projection, Operation operation) {
                heard.add("replayed " + operation);
            }

            @Override
            public void failedAgain(String projection, Operation operation) {
                heard.add("failed again " + operation);
            }

            @Override
            public void discarded(String projection, Operation operation, String reason) {
                heard.add("discarded " + operation + ": " + reason);
            }

            @Override
            public void cut(String projection, long cut) {
                heard.add("cut " + cut);
            }
        };
        TargetContext context = new TargetContext(
                "p",
                new ShardId("db0"),
                Set.of(new ShardId("db0")),
                new Epoch(1),
                Map.of(),
                HomeBench::stored,
                FailureTable.standard(),
                listener);
        session = new Session(
                target, HomeParkedSession.of(target, target.open(context), context, letters, FailureTable.standard()));
        FailureSettings settings =
                new FailureSettings(policy, FailureTable.standard(), limits, DeadLetterRetention.forever());
        Recording recording = new Recording();
        dispatcher = new Dispatcher(List.of(session), rows -> Map.of(), settings, recording.retries(), recording);
    }

    private static Row stored(RowLayout layout, List<@Nullable String> texts, Set<Integer> unchanged) {
        Map<String, @Nullable String> values = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            values.put(layout.columns().get(i), texts.get(i));
        }
        return new RowOf(layout, values);
    }

    Session session() {
        if (session == null) {
            start();
        }
        return java.util.Objects.requireNonNull(session);
    }

    ParkingSession parking() {
        return session().parking().orElseThrow();
    }

    void dispatch(long end, List<Change<Row>> changes) throws InterruptedException {
        session();
        java.util.Objects.requireNonNull(dispatcher)
                .dispatch(new Delivery(changes, end + ":1", Position.boundary(end), null, 0, Map.of(), 0, false));
    }

    /** Step by step, as an order is done. */
    LetterStep replay(DeadLetterFilter filter, int most) {
        LetterStep sum = new LetterStep(0, 0, 0, 0, true);
        while (sum.more()) {
            LetterStep step = parking().replay(filter, sum.last(), most);
            sum = new LetterStep(
                    step.last(),
                    sum.done() + step.done(),
                    sum.failed() + step.failed(),
                    sum.waiting() + step.waiting(),
                    step.more());
        }
        return sum;
    }
}
