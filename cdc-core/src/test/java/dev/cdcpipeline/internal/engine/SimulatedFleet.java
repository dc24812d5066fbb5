package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.internal.dispatch.FailureSettings;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.Lease;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.ShardId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Instances of one pipeline in simulated time, each with its {@link InstanceShare}. They ask and act as the home watch and the
 * supervisors do: a look at each shard every second, a renewal at a third of the lease time.
 */
final class SimulatedFleet implements OffsetStore, LeaseStore {
    static final Duration LEASE = Duration.ofSeconds(15);
    private static final int TICK_MILLIS = 100;
    private static final int LOOK_MILLIS = 1000;

    private final int shards;
    private final @Nullable Instance[] owners;
    private final long[] expires;
    private final Map<String, Long> members = new HashMap<>();
    private final List<Instance> instances = new ArrayList<>();
    private long now;
    private int moves;

    SimulatedFleet(int shards) {
        this.shards = shards;
        this.owners = new Instance[shards];
        this.expires = new long[shards];
    }

    /** One more process. */
    Instance start(String name) {
        Instance instance = new Instance(name, instances.size() * 37L);
        instances.add(instance);
        instance.share.join();
        return instance;
    }

    SimulatedFleet run(Duration time) {
        long end = now + time.toMillis();
        for (; now < end; now += TICK_MILLIS) {
            for (Instance instance : instances) {
                instance.tick();
            }
        }
        return this;
    }

    /** How often a lease was taken since this was asked for the last time. */
    int moves() {
        int counted = moves;
        moves = 0;
        return counted;
    }

    int running() {
        return instances.stream().mapToInt(Instance::held).sum();
    }

    private boolean isFree(int shard) {
        return owners[shard] == null || expires[shard] <= now;
    }

    /** A process that runs shards. */
    final class Instance {
        private final InstanceName name;
        private final InstanceShare share;
        private final long phase;
        private final Map<Integer, Long> freeSince = new HashMap<>();
        private boolean killed;
        private boolean unfit;

        private Instance(String name, long phase) {
            this.name = new InstanceName(name);
            this.phase = phase;
            this.share = new InstanceShare(
                    new PipelineSettings(
                            "shop",
                            this.name,
                            IntStream.range(0, shards)
                                    .mapToObj(shard -> new ShardId("db" + shard))
                                    .collect(Collectors.toSet()),
                            List.of(),
                            SimulatedFleet.this,
                            PipelineListener.NONE,
                            2048,
                            50_000,
                            LEASE,
                            Duration.ofSeconds(5),
                            FailureSettings.standard(),
                            Duration.ofSeconds(30)),
                    this::held);
        }

        int held() {
            int held = 0;
            for (int shard = 0; shard < shards; shard++) {
                held += owners[shard] == this && expires[shard] > now ? 1 : 0;
            }
            return held;
        }

        /** Says nothing any more, like a process that was killed. */
        void kill() {
            killed = true;
        }

        /** Is alive, but fails at whatever shard it takes, like one of a version that does not fit. */
        Instance unfit() {
            unfit = true;
            return this;
        }

        void close() {
            killed = true;
            for (int shard = 0; shard < shards; shard++) {
                give(shard);
            }
            share.leave();
        }

        private void tick() {
            if (killed) {
                return;
            }
            if ((now + phase / TICK_MILLIS * TICK_MILLIS) % LOOK_MILLIS == 0) {
                for (int shard = 0; shard < shards; shard++) {
                    look(shard);
                }
            }
            if ((now + phase / TICK_MILLIS * TICK_MILLIS) % (LEASE.toMillis() / 3) == 0) {
                renew();
            }
        }

        private void look(int shard) {
            if (unfit) {
                give(shard);
                return;
            }
            if (!isFree(shard)) {
                freeSince.remove(shard);
                return;
            }
            long free = now - freeSince.computeIfAbsent(shard, unseen -> now);
            if (share.mayTake(Duration.ofMillis(free))) {
                owners[shard] = this;
                expires[shard] = now + LEASE.toMillis();
                freeSince.remove(shard);
                moves++;
            }
        }

        private void renew() {
            share.join();
            for (int shard = 0; shard < shards; shard++) {
                if (owners[shard] == this) {
                    expires[shard] = now + LEASE.toMillis();
                }
            }
            if (share.isTooMany()) {
                for (int shard = shards - 1; shard >= 0; shard--) {
                    if (owners[shard] == this) {
                        give(shard);
                        return;
                    }
                }
            }
        }

        private void give(int shard) {
            if (owners[shard] == this) {
                owners[shard] = null;
            }
        }
    }

    @Override
    public int join(String pipeline, String owner, Duration time) {
        members.put(owner, now + time.toMillis());
        members.values().removeIf(until -> until <= now);
        return members.size();
    }

    @Override
    public void leave(String pipeline, String owner) {
        members.remove(owner);
    }

    @Override
    public LeaseStore leases() {
        return this;
    }

    @Override
    public void prepare() {
        throw notAsked();
    }

    @Override
    public HomeLetters deadLetters() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ControlStore control() {
        throw notAsked();
    }

    @Override
    public Optional<SlotRecord> slot(String pipeline, ShardId shard) {
        throw notAsked();
    }

    @Override
    public void saveSlot(String pipeline, ShardId shard, Epoch epoch, SlotRecord slot) {
        throw notAsked();
    }

    @Override
    public void forgetSlot(String pipeline, ShardId shard, Epoch epoch) {
        throw notAsked();
    }

    @Override
    public Optional<Lease> find(String pipeline, ShardId shard, String owner) {
        throw notAsked();
    }

    @Override
    public Lease acquire(String pipeline, ShardId shard, String owner, Duration time) {
        throw notAsked();
    }

    @Override
    public void renew(String pipeline, ShardId shard, Epoch epoch, Duration time) {
        throw notAsked();
    }

    @Override
    public void release(String pipeline, ShardId shard, Epoch epoch) {
        throw notAsked();
    }

    private static AssertionError notAsked() {
        return new AssertionError("a share does not ask for that");
    }
}
