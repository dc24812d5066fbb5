package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterOwner;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.target.ParkingListener;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The letters that one session has in the home database, with their keys in memory: what is told is durable. One thread. */
final class HomeLetterBox {
    private static final int PAGE = 1000;

    private final HomeLetters home;
    private final LetterOwner owner;
    private final ParkingListener listener;
    private final ParkedKeys keys = new ParkedKeys();
    private boolean known;

    /** Asks nobody yet. */
    HomeLetterBox(HomeLetters home, LetterOwner owner, ParkingListener listener) {
        this.home = home;
        this.owner = owner;
        this.listener = listener;
    }

    ParkedKeys keys() {
        return keys;
    }

    /** Asks for the keys, if they are not known, or not for certain since a write has failed. */
    void refresh() {
        if (!known) {
            Map<String, Map<String, Integer>> stored = home.parkedKeys(owner);
            Map<String, Long> letters = home.count(owner.pipeline(), owner.own(DeadLetterFilter.all()))
                    .getOrDefault(owner.shard().name(), Map.of());
            keys.load(stored, letters);
            known = true;
        }
    }

    private void write(Runnable work) {
        known = false;
        work.run();
        known = true;
    }

    /** Stores letters in their order, together; a row that a load has read must be the last. */
    void store(List<NewLetter> letters) {
        if (letters.isEmpty()) {
            return;
        }
        write(() -> {
            for (NewLetter letter : home.park(owner, List.copyOf(letters))) {
                if (letter.discarded().isEmpty()) {
                    keys.add(letter.projection(), letter.keys());
                }
                listener.stored(letter);
            }
        });
    }

    List<DeadLetter> page(DeadLetterFilter filter, long after, int most) {
        return home.list(owner.pipeline(), owner.own(filter), after, most);
    }

    Set<Long> waiting(List<DeadLetter> letters) {
        return home.waiting(owner, letters.stream().map(DeadLetter::id).toList());
    }

    void replayed(List<DeadLetter> letters) {
        write(() -> home.remove(owner, ids(letters)));
        for (DeadLetter letter : letters) {
            keys.remove(letter.projection(), letter.keys());
            listener.replayed(letter.projection(), letter.change().operation());
        }
    }

    void failedAgain(List<DeadLetter> letters, RuntimeException failure) {
        Map<Long, LetterError> errors = new LinkedHashMap<>();
        letters.forEach(letter -> errors.put(letter.id(), LetterError.of(failure)));
        home.failedAgain(owner, errors);
        letters.forEach(letter ->
                listener.failedAgain(letter.projection(), letter.change().operation()));
    }

    void discard(List<DeadLetter> letters, String reason) {
        if (letters.isEmpty()) {
            return;
        }
        write(() -> home.discard(owner, ids(letters), reason));
        for (DeadLetter letter : letters) {
            keys.remove(letter.projection(), letter.keys());
            listener.discarded(letter.projection(), letter.change().operation(), reason);
        }
    }

    /**
     * Discards what is parked of a table that is about to be truncated: what it would write is gone at the source. It comes before
     * the TRUNCATE, because a crash in between must not leave letters that would bring rows back.
     *
     * @param isBefore of these letters those that came before it: a later one may be there already, from before a death
     */
    void truncating(TableName table, Predicate<DeadLetter> isBefore) {
        if (keys.isEmpty()) {
            return;
        }
        DeadLetterFilter filter = DeadLetterFilter.all().table(table);
        long after = 0;
        List<DeadLetter> page;
        do {
            page = page(filter, after, PAGE);
            discard(page.stream().filter(isBefore).toList(), "its table was truncated");
            after = page.isEmpty() ? 0 : page.get(page.size() - 1).id();
        } while (!page.isEmpty());
    }

    /** Whether a TRUNCATE was parked already, by a process that ended before the offset moved past it. */
    boolean isParked(Change<Row> truncate) {
        if (!keys.holds(truncate.table(), Set.of())) {
            return false;
        }
        DeadLetterFilter filter = DeadLetterFilter.all().table(truncate.table());
        long after = 0;
        List<DeadLetter> page;
        do {
            page = page(filter, after, PAGE);
            if (page.stream().anyMatch(letter -> isOf(letter, truncate))) {
                return true;
            }
            after = page.isEmpty() ? 0 : page.get(page.size() - 1).id();
        } while (!page.isEmpty());
        return false;
    }

    private static boolean isOf(DeadLetter letter, Change<Row> change) {
        return letter.change().operation() == change.operation()
                && letter.change().source().position().equals(change.position());
    }

    long cut(DeadLetterRetention retention, int most) {
        Map<String, Long> gone = home.cut(owner, retention, most);
        if (gone.isEmpty()) {
            return 0;
        }
        known = false;
        gone.forEach(listener::cut);
        refresh();
        return gone.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Collection<Long> ids(List<DeadLetter> letters) {
        return letters.stream().map(DeadLetter::id).toList();
    }
}
