package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.projection.redis.Write.Phase;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.Partitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis cluster. What a batch writes in one slot is one atomic write, fenced by the slot's own head. Phases come one after another,
 * and the offset last: whatever stops in between, the batch is applied again, and every write may be done twice.
 *
 * <p>The masters lose data independently of each other, so that the offset does not tell: see {@link Beats}.
 */
final class ClusterStore implements RedisStore {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterStore.class);

    private final OwnLink link;
    private final Layout layout;
    private final String who;
    private final String shard;
    private final ClusterIndex index;
    private final SlotCalls calls;
    private final SlotHeads heads;
    private final OffsetHead offset;
    private Beats beats = Beats.NONE;
    private Beats attempted = Beats.NONE;
    private long sequence;
    private volatile boolean aborted;

    ClusterStore(RedisAccess access, Layout layout, String who, String shard, String members) {
        this.link = new OwnLink(access);
        this.layout = layout;
        this.who = who;
        this.shard = shard;
        this.index = new ClusterIndex(layout);
        this.calls = new SlotCalls(who);
        this.heads = new SlotHeads(layout, shard, members, calls);
        this.offset = new OffsetHead(layout.offset(shard), shard, members, calls);
    }

    @Override
    public Claim claim(Epoch epoch) {
        RedisLink cluster = lookAgain();
        Claim found = offset.claim(cluster, epoch, true);
        sequence = found.sequence();
        SortedMap<String, String> fields = new TreeMap<>(found.fields());
        String text = fields.remove(Beats.FIELD);
        Beats last = Beats.parse(text == null ? "" : text);
        Beats next = last.next(partitions(cluster));
        boolean isOld = fields.containsKey("boundary");
        boolean isWhole =
                isOld && last.areKept(cluster, layout, shard) && heads.claimKnown(cluster, epoch, next.slots());
        if (isOld && !isWhole) {
            giveUpOffset(cluster, epoch, fields);
        }
        if (!isWhole) {
            heads.claim(cluster, epoch, next.slots());
        }
        heads.beat(cluster, epoch, Beats.NONE, next);
        store(cluster, epoch, Map.of(Beats.FIELD, next.text()));
        beats = next;
        attempted = next;
        calls.settled();
        EvictionCheck.run(cluster.commands(), who);
        return new Claim(found.before(), sequence, fields);
    }

    /** Before anything else is done that would hide the loss if we stopped in between. */
    private void giveUpOffset(RedisLink cluster, Epoch epoch, SortedMap<String, String> fields) {
        LOG.warn("{} has lost data in a part of the cluster; its tables are loaded again", who);
        store(cluster, epoch, StoredOffset.NOWHERE);
        fields.keySet().removeAll(StoredOffset.NOWHERE.keySet());
    }

    private void store(RedisLink cluster, Epoch epoch, Map<String, String> fields) {
        offset.store(cluster, epoch, sequence, fields);
        sequence++;
    }

    @Override
    public Claim claimAgain(Epoch epoch) {
        RedisLink cluster = lookAgain();
        if (!beats.areKept(cluster, layout, shard)) {
            throw lost();
        }
        if (calls.isUnanswered()) {
            heads.claimAgain(cluster, epoch, beats.slots());
        }
        Claim found = offset.claim(cluster, epoch, false);
        SortedMap<String, String> fields = new TreeMap<>(found.fields());
        String text = fields.remove(Beats.FIELD);
        boolean done = attempted.text().equals(text);
        if (!done && !beats.text().equals(text)) {
            throw lost();
        }
        long before = done && attempted != beats ? sequence + 1 : sequence;
        if (done) {
            beats = attempted;
        }
        calls.settled();
        sequence = found.sequence();
        return new Claim(before, sequence, fields);
    }

    private OffsetLostException lost() {
        return new OffsetLostException(who + " has lost data in a part of the cluster, and loads its tables again;"
                + " did a replica take over that was behind, or was a master emptied?");
    }

    @Override
    public List<@Nullable IndexedRow> indexed(String projection, List<String> rowIds) {
        return index.find(link(), projection, rowIds);
    }

    @Override
    public void scan(String projection, BiConsumer<String, IndexedRow> row) {
        index.scan(link(), projection, row);
    }

    @Override
    public void scanPlaces(String projection, BiConsumer<String, IndexedRow> row) {
        index.scanPlaces(link(), projection, row);
    }

    @Override
    public void write(Epoch epoch, long expected, Map<String, String> fields, List<Write> writes) {
        RedisLink cluster = link();
        sequence = expected;
        Beats noted = beats;
        for (Phase phase : Phase.values()) {
            noted = heads.write(cluster, epoch, bySlot(writes, phase), noted, () -> partitions(cluster));
        }
        attempted = noted.next(partitions(cluster));
        heads.beat(cluster, epoch, noted, attempted);
        Map<String, String> all = new TreeMap<>(fields);
        all.put(Beats.FIELD, attempted.text());
        store(cluster, epoch, all);
        beats = attempted;
    }

    private static SortedMap<Integer, List<Write>> bySlot(List<Write> writes, Phase phase) {
        SortedMap<Integer, List<Write>> bySlot = new TreeMap<>();
        for (Write write : writes) {
            if (write.phase() == phase) {
                bySlot.computeIfAbsent(write.slot(), slot -> new ArrayList<>()).add(write);
            }
        }
        return bySlot;
    }

    @Override
    public void admitFills(Epoch epoch, List<String> projections) {
        Writes writes = new Writes(layout);
        for (int slot = 0; slot < SlotHash.SLOT_COUNT; slot++) {
            writes.admitFills(slot, projections);
        }
        heads.write(link(), epoch, bySlot(writes.all(), Phase.DATA));
    }

    /** With a new connection if answers are missing, as the old one may be dead, and with the cluster as it is now. */
    private RedisLink lookAgain() {
        if (!aborted && calls.isUnanswered()) {
            link.replace();
        }
        RedisLink cluster = link();
        Answers.await(cluster.topology().get().toCompletableFuture());
        return cluster;
    }

    private RedisLink link() {
        if (aborted) {
            throw new TransientFailure(who + " is being stopped");
        }
        return link.get();
    }

    private static Partitions partitions(RedisLink cluster) {
        return ((StatefulRedisClusterConnection<?, ?>) cluster.connection()).getPartitions();
    }

    @Override
    public void abort() {
        aborted = true;
        link.abort();
    }

    @Override
    public void close() {
        link.close();
    }
}
