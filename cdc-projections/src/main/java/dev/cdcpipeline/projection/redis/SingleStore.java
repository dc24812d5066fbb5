package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.lease.Epoch;
import io.lettuce.core.RedisException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server, or one master with replicas: rows and offset are one atomic write, and are lost together or not at all. */
final class SingleStore implements RedisStore {
    private static final Logger LOG = LoggerFactory.getLogger(SingleStore.class);
    /** A few milliseconds of the server's time. */
    private static final int MOST_CHANGES = 512;

    private final Layout layout;
    private final String head;
    private final String who;
    private final String shard;
    private final ShardClaim claim;
    private final Replies replies;
    private final SingleIndex index;
    private final OwnLink link;
    private @Nullable RedisLink acquainted;
    /** Writes whose answers nobody has waited for. */
    private int underWay;

    SingleStore(RedisAccess access, Layout layout, String who, String shard, String members) {
        this.link = new OwnLink(access);
        this.layout = layout;
        this.head = layout.head(0);
        this.shard = shard;
        this.claim = new ShardClaim(shard, members, StoredOffset.FIELDS);
        this.who = who;
        this.replies = new Replies(who, head);
        this.index = new SingleIndex(layout);
    }

    @Override
    public Claim claim(Epoch epoch) {
        Claim claim = claimOnceMore(epoch);
        EvictionCheck.run(link().commands(), who);
        return claim;
    }

    /** A connection that is lost as soon as it is made says nothing yet; a claim may be repeated. */
    private Claim claimOnceMore(Epoch epoch) {
        try {
            return claim(epoch, true);
        } catch (RedisException e) {
            RedisLink used = link.known();
            if (used == null || used.isOpen()) {
                throw e;
            }
            LOG.debug("{}: the connection was lost at once, another one is made", who, e);
            return claim(epoch, true);
        }
    }

    @Override
    public Claim claimAgain(Epoch epoch) {
        return claim(epoch, false);
    }

    private Claim claim(Epoch epoch, boolean mayBeNew) {
        underWay = 0;
        List<Object> reply = Answers.await(Script.CLAIM
                .run(link().commands(), new String[] {head}, claim.arguments(epoch, mayBeNew))
                .toCompletableFuture());
        replies.require(reply, epoch.value());
        return claim.of(reply);
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
    public void write(Epoch epoch, long sequence, Map<String, String> fields, List<Write> writes) {
        send(epoch, sequence, fields, writes).run();
    }

    @Override
    public Runnable send(Epoch epoch, long sequence, Map<String, String> fields, List<Write> writes) {
        return send(epoch, Long.toString(sequence), Long.toString(sequence + 1), fields, writes);
    }

    @Override
    public int mostChanges() {
        return MOST_CHANGES;
    }

    @Override
    public void admitFills(Epoch epoch, List<String> projections) {
        Writes writes = new Writes(layout);
        writes.admitFills(0, projections);
        send(epoch, "", "", Map.of(), writes.all()).run();
    }

    private Runnable send(Epoch epoch, String sequence, String next, Map<String, String> fields, List<Write> writes) {
        List<Write> here =
                writes.stream().filter(write -> !write.phase().isForClusters()).toList();
        WriteArguments script = new WriteArguments(head, shard, epoch.value(), sequence, next, fields, here);
        RedisLink used = link();
        Future<List<Object>> answer = Script.WRITE
                .run(used.commands(), script.keys(), script.arguments())
                .toCompletableFuture();
        if (used != acquainted) { // where the script is not known yet, a later write must not come before this one
            replies.require(Answers.await(answer), epoch.value());
            acquainted = used;
        }
        underWay++;
        return () -> {
            underWay--;
            replies.require(Answers.await(answer), epoch.value());
        };
    }

    /** One that is lost takes with it what is under way: on another one, what is read next might be older than that. */
    private RedisLink link() {
        RedisLink known = link.known();
        if (known != null && !known.isOpen()) {
            if (underWay > 0) {
                throw new TransientFailure(who + " has lost its connection while writes were under way");
            }
            link.close();
        }
        return link.get();
    }

    @Override
    public void abort() {
        link.abort();
    }

    @Override
    public void close() {
        link.close();
    }
}
