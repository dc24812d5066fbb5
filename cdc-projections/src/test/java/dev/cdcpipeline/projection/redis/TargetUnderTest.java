package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.ParkingListener;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Opens sessions of a target for one shard and numbers their batches. */
final class TargetUnderTest {
    private final Target target;
    private final Map<TableName, TableDefinition> tables = new HashMap<>();
    private final String shard;
    private final int shards;
    private long batches;

    TargetUnderTest(Target target, String shard, int shards, Changes... sources) {
        this.target = target;
        this.shard = shard;
        this.shards = shards;
        for (Changes source : sources) {
            tables.put(source.table(), source.definition());
        }
    }

    TargetSession open(long epoch) {
        return target.open(new TargetContext(
                "shop",
                new ShardId(shard),
                shards(shard, shards),
                new Epoch(epoch),
                tables,
                (layout, texts, unchanged) -> new TextRow(layout, texts),
                FailureTable.standard(),
                ParkingListener.NONE));
    }

    /** So many, among them this one. */
    static Set<ShardId> shards(String one, int count) {
        Set<ShardId> shards = new HashSet<>(Set.of(new ShardId(one)));
        for (int i = 0; shards.size() < count; i++) {
            shards.add(new ShardId("db" + i));
        }
        return shards;
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    final void apply(TargetSession session, Change<Row>... changes) {
        apply(session, Arrays.asList(changes));
    }

    /** With the loads as they are. */
    void apply(TargetSession session, List<Change<Row>> changes) {
        apply(session, changes, session.offset().map(Offset::load).orElse(LoadState.none()));
    }

    void apply(TargetSession session, List<Change<Row>> changes, LoadState load) {
        batches++;
        Position position = session.offset().map(Offset::position).orElse(Position.boundary(0));
        for (Change<Row> change : changes) {
            position = change.operation() == Operation.READ ? position : Position.max(position, change.position());
        }
        Offset upTo = new Offset("boundary-" + batches, position, load);
        session.apply(new ChangeBatch(changes), upTo);
    }

    /** Loads every table again, replacing what is there, one chunk in each batch. */
    void replace(TargetSession session, TableName table, List<List<Change<Row>>> chunks) {
        beginReplacing(session, table);
        for (List<Change<Row>> chunk : chunks) {
            LoadState load = session.offset().orElseThrow().load();
            apply(session, chunk, load.advance("some", load.step() + 1, Map.of()));
        }
        finishLoad(session, table);
    }

    void beginReplacing(TargetSession session, TableName table) {
        apply(session, List.of(), loading(table).reloading());
    }

    void beginFilling(TargetSession session, TableName table) {
        apply(session, List.of(), loading(table));
    }

    void finishLoad(TargetSession session, TableName table) {
        LoadState load = session.offset().orElseThrow().load();
        apply(session, List.of(), load.advance(null, load.step() + 1, Map.of(table, TableLoad.SUCCEEDED)));
    }

    private LoadState loading(TableName table) {
        Collection<String> names = target.fills(table).keySet();
        Map<String, Set<String>> fills = names.stream().collect(Collectors.toMap(name -> name, name -> Set.of("id")));
        return LoadState.none().wanting(Map.of(table, fills), TableLoad.PENDING);
    }
}
