package dev.cdcpipeline.projection.redis;

import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A number that grows, noted in a slot or two of every master of a cluster behind each part of a batch. A replica has what its master
 * had up to some moment: if it takes over with an older number, then writes are lost that came after.
 *
 * @param number the number; it grows
 * @param slots the slots
 */
record Beats(long number, Collection<Integer> slots) {
    /** The name under which the last ones are stored with the offset. */
    static final String FIELD = "beats";

    /** Two, so that one is still there when slots move away one by one. */
    private static final int PER_MASTER = 2;

    static final Beats NONE = new Beats(0, List.of());

    static Beats parse(String text) {
        List<Long> numbers = Stream.of(text.split(" "))
                .filter(part -> !part.isEmpty())
                .map(Long::valueOf)
                .toList();
        return numbers.isEmpty()
                ? NONE
                : new Beats(
                        numbers.get(0),
                        numbers.stream().skip(1).map(Math::toIntExact).toList());
    }

    /** The form that is stored. */
    String text() {
        return number + slots.stream().map(slot -> " " + slot).collect(Collectors.joining());
    }

    /** The next ones: in the same slots as long as these do. */
    Beats next(Partitions partitions) {
        Collection<Integer> next = new TreeSet<>();
        for (RedisClusterNode node : partitions) {
            if (!node.hasNoSlots() && node.getRole().isUpstream()) {
                slots.stream().filter(node::hasSlot).limit(PER_MASTER).forEach(next::add);
                if (slots.stream().filter(node::hasSlot).count() < PER_MASTER) {
                    List<Integer> served = node.getSlots();
                    next.add(served.get(0));
                    next.add(served.get(served.size() - 1));
                }
            }
        }
        // Also where the clock of this process is behind the one that noted the last.
        return new Beats(Math.max(number + 1, Ticks.next()), next);
    }

    /** Whether they are still there, or newer ones. */
    boolean areKept(RedisLink link, Layout layout, String shard) {
        List<Integer> asked = new ArrayList<>(slots);
        List<CompletableFuture<byte @Nullable []>> answers = link.atOnce(
                asked.size(),
                i -> link.commands()
                        .hget(layout.head(asked.get(i)), "beat:" + shard)
                        .toCompletableFuture());
        boolean kept = true;
        for (CompletableFuture<byte @Nullable []> answer : answers) {
            byte[] found = Answers.await(answer);
            kept &= found != null && Long.parseLong(new String(found, StandardCharsets.UTF_8)) >= number;
        }
        return kept;
    }
}
