package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.ParkingListener;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens sessions of a target and numbers their batches. */
final class TargetUnderTest {
    private final JdbcTarget target;
    private final Map<TableName, TableDefinition> tables = new HashMap<>();
    private String pipeline = "shop";
    private ShardId shard = new ShardId("db0");
    private Set<ShardId> shards = Set.of(shard);
    private ParkingListener listener = ParkingListener.NONE;
    private long batches;

    TargetUnderTest(JdbcTarget target, Changes... sources) {
        this.target = target;
        for (Changes source : sources) {
            tables.put(source.table(), source.definition());
        }
    }

    TargetUnderTest definition(TableDefinition definition) {
        tables.put(definition.name(), definition);
        return this;
    }

    TargetUnderTest shard(String name, int ofShards) {
        this.shard = new ShardId(name);
        Set<ShardId> all = new HashSet<>(Set.of(shard));
        for (int i = 0; all.size() < ofShards; i++) {
            all.add(new ShardId("db" + i));
        }
        this.shards = all;
        return this;
    }

    TargetUnderTest pipeline(String name) {
        this.pipeline = name;
        return this;
    }

    TargetUnderTest listener(ParkingListener hears) {
        this.listener = hears;
        return this;
    }

    ParkingSession open(long epoch) {
        return (ParkingSession) target.open(new TargetContext(
                pipeline,
                shard,
                shards,
                new Epoch(epoch),
                tables,
                TargetUnderTest::row,
                FailureTable.standard(),
                listener));
    }

    private static Row row(RowLayout layout, List<@Nullable String> texts, Set<Integer> unchanged) {
        List<@Nullable String> all = new ArrayList<>(texts);
        unchanged.forEach(index -> all.set(index, TextRow.UNCHANGED));
        return new TextRow(layout, all);
    }

    void forget(long epoch) {
        target.forget(pipeline, shard, new Epoch(epoch));
    }

    @SafeVarargs
    final Offset apply(TargetSession session, Change<Row>... changes) {
        List<Change<Row>> all = new ArrayList<>();
        for (Change<Row> change : changes) {
            all.add(change);
        }
        return apply(session, all, LoadState.none());
    }

    Offset apply(TargetSession session, List<Change<Row>> changes, LoadState load) {
        Offset upTo = next().withLoad(load);
        session.apply(new ChangeBatch(changes), upTo);
        return upTo;
    }

    Offset isolate(ParkingSession session, FailureJudge judge, List<Change<Row>> changes) {
        Offset upTo = next();
        session.isolate(new ChangeBatch(changes), upTo, judge);
        return upTo;
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    final Offset isolate(ParkingSession session, FailureJudge judge, Change<Row>... changes) {
        return isolate(session, judge, List.of(changes));
    }

    Offset next() {
        batches++;
        return new Offset("boundary-" + batches, Position.boundary(batches), LoadState.none());
    }
}
