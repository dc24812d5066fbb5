package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.projection.redis.SlotCalls.Call;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.Partitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The heads of all slots of a cluster: each has the epoch of every shard, and a token by which a session tells its own writes from
 * those that it has lost sight of.
 *
 * <p>All of them are claimed when a session begins, not when a slot is first written to: an older owner may have writes under way to
 * slots that the new one leaves alone.
 */
final class SlotHeads {
    /** Fewer than {@link SlotCalls} has under way at once, so that there is room for notes. */
    private static final int AT_ONCE = 1536;

    private final Layout layout;
    private final String shard;
    private final String members;
    private final SlotCalls calls;
    private long token;

    SlotHeads(Layout layout, String shard, String members, SlotCalls calls) {
        this.layout = layout;
        this.shard = shard;
        this.members = members;
        this.calls = calls;
    }

    /** @param samples slots of all masters, which are made acquainted with the scripts, and must answer before others are asked */
    void claim(RedisLink link, Epoch epoch, Collection<Integer> samples) {
        claim(link, epoch, "new", samples);
    }

    /** Claims those that are there, and tells whether all were. */
    boolean claimKnown(RedisLink link, Epoch epoch, Collection<Integer> samples) {
        return claim(link, epoch, "known", samples);
    }

    /** After this, nothing that was sent before has an effect. */
    void claimAgain(RedisLink link, Epoch epoch, Collection<Integer> samples) {
        claim(link, epoch, "same", samples);
    }

    private boolean claim(RedisLink link, Epoch epoch, String mode, Collection<Integer> samples) {
        token = Ticks.next();
        String life = UUID.randomUUID().toString();
        boolean known = claim(link, epoch, mode, life, samples);
        known &= claim(
                link,
                epoch,
                mode,
                life,
                IntStream.range(0, SlotHash.SLOT_COUNT).boxed().toList());
        return known;
    }

    private boolean claim(RedisLink link, Epoch epoch, String mode, String life, Collection<Integer> slots) {
        byte[][] arguments = arguments(shard, epoch.value(), token, mode, members, life);
        List<Call> claims = new ArrayList<>(slots.size());
        slots.forEach(slot -> claims.add(call(Script.SLOT, slot, arguments)));
        return calls.run(link, claims, epoch.value()).stream()
                .allMatch(reply -> Replies.text(reply, 1).equals("1"));
    }

    /** Writes to each slot at once, and awaits all. */
    void write(RedisLink link, Epoch epoch, SortedMap<Integer, List<Write>> bySlot) {
        calls.run(link, writes(epoch, bySlot), epoch.value());
    }

    /**
     * The same with a note on every master right behind the writes, on the same connections. If a replica takes over while others are
     * still waited for, it has the note too, or lacks it as it lacks writes.
     *
     * @param last the note that must be there
     * @param partitions which server has which slots
     * @return the note that is there now
     */
    Beats write(
            RedisLink link,
            Epoch epoch,
            SortedMap<Integer, List<Write>> bySlot,
            Beats last,
            Supplier<Partitions> partitions) {
        List<Call> writes = writes(epoch, bySlot);
        Beats noted = last;
        for (int from = 0; from < writes.size(); from += AT_ONCE) {
            Beats next = noted.next(partitions.get());
            List<Call> some = new ArrayList<>(writes.subList(from, Math.min(writes.size(), from + AT_ONCE)));
            some.addAll(notes(epoch, noted, next));
            calls.run(link, some, epoch.value());
            noted = next;
        }
        return noted;
    }

    private List<Call> writes(Epoch epoch, SortedMap<Integer, List<Write>> bySlot) {
        List<Call> writes = new ArrayList<>(bySlot.size());
        bySlot.forEach((slot, some) -> {
            String head = layout.head(slot);
            String same = Long.toString(token);
            WriteArguments write = new WriteArguments(head, shard, epoch.value(), same, same, Map.of(), some);
            writes.add(new Call(head, Script.WRITE, write.keys(), write.arguments()));
        });
        return writes;
    }

    /** Notes a batch on every master. Where the last one was noted, it must be there still. */
    void beat(RedisLink link, Epoch epoch, Beats last, Beats next) {
        calls.run(link, notes(epoch, last, next), epoch.value());
    }

    private List<Call> notes(Epoch epoch, Beats last, Beats next) {
        List<Call> notes = new ArrayList<>();
        for (Integer slot : next.slots()) {
            String least = last.slots().contains(slot) ? Long.toString(last.number()) : "";
            notes.add(call(Script.BEAT, slot, arguments(shard, epoch.value(), token, least, next.number())));
        }
        return notes;
    }

    private Call call(Script script, int slot, byte[][] arguments) {
        String head = layout.head(slot);
        String[] keys = {head};
        return new Call(head, script, keys, arguments);
    }

    private static byte[][] arguments(Object... arguments) {
        byte[][] bytes = new byte[arguments.length][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Writes.bytes(String.valueOf(arguments[i]));
        }
        return bytes;
    }
}
