package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.shard.ShardId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is asked for about a shard's dead letters, between the thread that reads and notes it in the home database and the one that
 * does it, which never waits for that database. Thread-safe.
 */
final class ShardLetters {
    /** An order is for one target, and its id is used for several. */
    private record Key(String id, String target) {
        static Key of(LetterOrder order) {
            return new Key(order.id(), order.target());
        }
    }

    private final ShardId shard;
    private final PipelineSettings settings;
    private final Map<Key, LetterOrder> toNote = new LinkedHashMap<>();
    private volatile List<LetterOrder> open = List.of();

    ShardLetters(ShardId shard, PipelineSettings settings) {
        this.shard = shard;
        this.settings = settings;
    }

    /**
     * Notes what has come of orders, and reads those that are open. One caller at a time.
     *
     * @param any whether some were open a moment ago
     */
    void look(boolean any) {
        ControlStore control = settings.offsets().control();
        for (LetterOrder order : toNote()) {
            control.noteLetters(settings.pipeline(), order);
            noted(order);
        }
        List<LetterOrder> read = any ? control.openLetterOrders(settings.pipeline(), shard) : List.of();
        synchronized (this) {
            open = read.stream()
                    .map(order -> toNote.getOrDefault(Key.of(order), order))
                    .filter(order -> !order.state().hasEnded())
                    .toList();
        }
    }

    private synchronized List<LetterOrder> toNote() {
        return List.copyOf(toNote.values());
    }

    private synchronized void noted(LetterOrder order) {
        toNote.remove(Key.of(order), order);
    }

    /** What is to be done now, the oldest first. Does no I/O. */
    List<LetterOrder> open() {
        return open;
    }

    /** Has noted how far an order has come, with the next {@link #look}. Does no I/O. */
    synchronized void note(LetterOrder order) {
        toNote.put(Key.of(order), order);
        open = open.stream()
                .map(each -> Key.of(each).equals(Key.of(order)) ? order : each)
                .filter(each -> !each.state().hasEnded())
                .collect(Collectors.toUnmodifiableList());
    }
}
