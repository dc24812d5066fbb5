package dev.cdcpipeline;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.internal.engine.PipelineSettings;
import dev.cdcpipeline.internal.engine.ShardDrop;
import dev.cdcpipeline.internal.engine.ShardSlot;
import dev.cdcpipeline.internal.engine.ShardSupervisor;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.monitor.SlotStatus;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.Target;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** What operators can ask of a pipeline. */
final class PipelineOperations {
    private final PipelineSettings settings;
    private final List<PostgresShard> shards;
    private final List<ShardSupervisor> supervisors;
    private boolean prepared;

    PipelineOperations(PipelineSettings settings, List<PostgresShard> shards, List<ShardSupervisor> supervisors) {
        this.settings = settings;
        this.shards = shards;
        this.supervisors = supervisors;
    }

    ShardOperations shard(String name) {
        for (int i = 0; i < shards.size(); i++) {
            if (supervisors.get(i).name().equals(name)) {
                return new OneShard(shards.get(i), supervisors.get(i));
            }
        }
        throw new IllegalArgumentException("there is no shard '" + name + "'");
    }

    List<SlotStatus> slots() {
        return shards.stream()
                .map(shard -> ShardSlot.status(shard, settings.pipeline()))
                .toList();
    }

    String backfill(String name) {
        String projection = inFull(settings.targets(), name);
        List<Target> having = settings.targets().stream()
                .filter(target -> !tables(target, projection).isEmpty())
                .toList();
        if (having.size() != 1) {
            throw new IllegalArgumentException(
                    having.isEmpty()
                            ? "no target has a projection '" + projection + "'"
                            : "several targets have a projection '" + projection + "': "
                                    + having.stream().map(Target::name).toList() + "; name one of them");
        }
        return request(having.get(0), projection, tables(having.get(0), projection));
    }

    String backfill(String targetName, String name, Collection<TableName> wanted) {
        Target target = settings.targets().stream()
                .filter(each -> each.name().equals(targetName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no target '" + targetName + "'"));
        String projection = inFull(List.of(target), name);
        SortedSet<TableName> known = tables(target, projection);
        if (known.isEmpty() || !known.containsAll(wanted)) {
            throw new IllegalArgumentException("target '" + targetName + "' has "
                    + (known.isEmpty()
                            ? "no projection '" + projection + "'"
                            : "a projection '" + projection + "' of " + known + " only, not of " + wanted));
        }
        return request(target, projection, wanted.isEmpty() ? known : new TreeSet<>(wanted));
    }

    /** A view in schema public may be named without it. */
    static String inFull(List<Target> targets, String projection) {
        boolean exact =
                targets.stream().anyMatch(target -> !tables(target, projection).isEmpty());
        String full = "public." + projection;
        return exact || targets.stream().allMatch(target -> tables(target, full).isEmpty()) ? projection : full;
    }

    private static SortedSet<TableName> tables(Target target, String projection) {
        return target.tables().stream()
                .map(SourceTable::name)
                .filter(table -> target.fills(table).containsKey(projection))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String request(Target target, String projection, SortedSet<TableName> tables) {
        String id = UUID.randomUUID().toString();
        control()
                .request(
                        settings.pipeline(),
                        shards.stream().map(PostgresShard::id).toList(),
                        new BackfillRequest(id, target.name(), projection, tables));
        supervisors.forEach(ShardSupervisor::readOrders);
        return id;
    }

    List<Backfill> backfills() {
        return control().backfills(settings.pipeline());
    }

    boolean cancelBackfill(String id) {
        boolean had = control().cancel(settings.pipeline(), id) > 0;
        supervisors.forEach(ShardSupervisor::readOrders);
        return had;
    }

    boolean hasEnded(String id) {
        Map<Boolean, Long> ended = backfills().stream()
                .filter(backfill -> backfill.request().id().equals(id))
                .collect(Collectors.partitioningBy(backfill -> backfill.state().hasEnded(), Collectors.counting()));
        if (ended.get(true) + ended.get(false) == 0) {
            throw new IllegalArgumentException("there is no backfill '" + id + "'");
        }
        return ended.get(false) == 0;
    }

    /** The store, with its tables made. */
    synchronized ControlStore control() {
        if (!prepared) {
            settings.offsets().prepare();
            prepared = true;
        }
        return settings.offsets().control();
    }

    private final class OneShard implements ShardOperations {
        private final PostgresShard shard;
        private final ShardSupervisor supervisor;

        OneShard(PostgresShard shard, ShardSupervisor supervisor) {
            this.shard = shard;
            this.supervisor = supervisor;
        }

        @Override
        public ShardStatus status() {
            return supervisor.status();
        }

        @Override
        public void pause() {
            control().pause(settings.pipeline(), shard.id(), settings.instance().text());
            supervisor.readOrders();
        }

        @Override
        public void resume() {
            control().resume(settings.pipeline(), shard.id());
            supervisor.readOrders();
        }

        @Override
        public void restart() {
            control().restart(settings.pipeline(), shard.id());
            supervisor.readOrders();
        }

        @Override
        public void drop(String shardName) {
            if (!shardName.equals(shard.id().name())) {
                throw new IllegalArgumentException(
                        "to drop shard '" + shard.id() + "', say its name, not '" + shardName + "'");
            }
            if (!supervisor.isIdle()) {
                throw new IllegalStateException("[" + shard.id() + "] the shard is "
                        + supervisor.status().state() + "; pause it, or close the pipeline, before it is dropped");
            }
            control();
            new ShardDrop(shard, settings).run();
        }
    }
}
