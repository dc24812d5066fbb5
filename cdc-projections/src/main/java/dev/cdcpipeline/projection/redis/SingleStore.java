package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.lease.Epoch;
import io.lettuce.core.RedisException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
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

    private final RedisAccess access;
    private final Layout layout;
    private final String head;
    private final String who;
    private final String shard;
    private final int shards;
    private final Replies replies;
    private final SingleIndex index;
    private volatile @Nullable RedisLink link;
    private @Nullable RedisLink acquainted;

    SingleStore(RedisAccess access, Layout layout, String who, String shard, int shards) {
        this.access = access;
        this.layout = layout;
        this.head = layout.head(0);
        this.shard = shard;
        this.shards = shards;
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
            return claim(epoch, "1");
        } catch (RedisException e) {
            RedisLink used = link;
            if (used == null || used.isOpen()) {
                throw e;
            }
            LOG.debug("{}: the connection was lost at once, another one is made", who, e);
            return claim(epoch, "1");
        }
    }

    @Override
    public Claim claimAgain(Epoch epoch) {
        return claim(epoch, "0");
    }

    private Claim claim(Epoch epoch, String mayBeNew) {
        List<byte[]> arguments = new ArrayList<>();
        for (String argument : List.of(
                shard,
                Long.toString(epoch.value()),
                mayBeNew,
                Integer.toString(shards),
                UUID.randomUUID().toString())) {
            arguments.add(Writes.bytes(argument));
        }
        StoredOffset.FIELDS.forEach(field -> arguments.add(Writes.bytes(field)));
        List<Object> reply = run(Script.CLAIM, new String[] {head}, arguments.toArray(byte[][]::new));
        replies.require(reply, epoch.value());
        Map<String, String> fields = new TreeMap<>();
        for (int i = 0; i < StoredOffset.FIELDS.size(); i++) {
            String value = Replies.text(reply, 3 + i);
            if (!value.isEmpty()) {
                fields.put(StoredOffset.FIELDS.get(i), value);
            }
        }
        return new Claim(Long.parseLong(Replies.text(reply, 1)), Long.parseLong(Replies.text(reply, 2)), fields);
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
        if (used != acquainted) { // a server that does not know the script yet must not run a later write before this
            // one
            replies.require(Answers.await(answer), epoch.value());
            acquainted = used;
        }
        return () -> replies.require(Answers.await(answer), epoch.value());
    }

    private List<Object> run(Script script, String[] keys, byte[][] arguments) {
        return Answers.await(script.run(link().commands(), keys, arguments).toCompletableFuture());
    }

    private RedisLink link() {
        RedisLink open = link;
        if (open != null && open.isOpen()) {
            return open;
        }
        if (open != null) {
            link = null;
            open.close();
        }
        open = access.open();
        link = open;
        return open;
    }

    @Override
    public void abort() {
        RedisLink open = link;
        if (open != null) {
            open.connection().closeAsync();
        }
    }

    @Override
    public void close() {
        RedisLink open = link;
        link = null;
        if (open != null) {
            open.close();
        }
    }
}
