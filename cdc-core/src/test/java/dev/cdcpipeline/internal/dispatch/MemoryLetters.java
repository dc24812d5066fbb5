package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.LetterOwner;
import dev.cdcpipeline.deadletter.NewLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The dead letters of one target and shard in a home database that is memory. */
final class MemoryLetters implements HomeLetters {
    private final TreeMap<Long, DeadLetter> letters = new TreeMap<>();
    private final Steps steps;
    private long lastId;

    MemoryLetters(Steps steps) {
        this.steps = steps;
    }

    List<DeadLetter> all() {
        return List.copyOf(letters.values());
    }

    List<DeadLetter> parked() {
        return letters.values().stream().filter(MemoryLetters::isParked).toList();
    }

    private static boolean isParked(DeadLetter letter) {
        return letter.state() == DeadLetter.State.PARKED;
    }

    @Override
    public Map<String, Map<String, Integer>> parkedKeys(LetterOwner owner) {
        steps.about("read the parked keys");
        Map<String, Map<String, Integer>> keys = new HashMap<>();
        parked().forEach(letter -> letter.keys()
                .forEach(key -> keys.computeIfAbsent(letter.projection(), name -> new HashMap<>())
                        .merge(key, 1, Integer::sum)));
        return keys;
    }

    @Override
    public List<NewLetter> park(LetterOwner owner, List<NewLetter> all) {
        return steps.write("park", () -> {
            List<NewLetter> stored = new ArrayList<>();
            for (NewLetter letter : all) {
                boolean known = letter.change().operation() != Operation.READ
                        && letters.values().stream().anyMatch(each -> isSame(each, letter));
                if (!known) {
                    stored.add(letter);
                    letters.put(++lastId, letter(owner, letter));
                }
            }
            return stored;
        });
    }

    private static boolean isSame(DeadLetter stored, NewLetter letter) {
        return stored.projection().equals(letter.projection())
                && stored.change().operation() == letter.change().operation()
                && stored.change()
                        .source()
                        .position()
                        .equals(letter.change().source().position());
    }

    private DeadLetter letter(LetterOwner owner, NewLetter letter) {
        return new DeadLetter(
                lastId,
                owner.pipeline(),
                owner.target(),
                letter.projection(),
                letter.change(),
                letter.keys(),
                letter.discarded().isEmpty() ? DeadLetter.State.PARKED : DeadLetter.State.DISCARDED,
                letter.attempts(),
                letter.error(),
                Instant.EPOCH,
                letter.firstFailedAt(),
                letter.firstFailedAt(),
                Optional.empty(),
                letter.discarded().orElse(""));
    }

    @Override
    public Set<Long> waiting(LetterOwner owner, Collection<Long> ids) {
        return ids.stream().filter(id -> waits(id, ids)).collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean waits(long id, Collection<Long> together) {
        DeadLetter letter = letters.get(id);
        Set<String> keys = new TreeSet<>(letter.keys());
        keys.add(LetterKeys.wholeTable(letter.change().source().table()));
        return letters.headMap(id).values().stream()
                .filter(MemoryLetters::isParked)
                .filter(each -> !together.contains(each.id()))
                .anyMatch(each -> each.keys().stream().anyMatch(keys::contains));
    }

    @Override
    public void remove(LetterOwner owner, Collection<Long> ids) {
        steps.write("remove", () -> letters.keySet().removeAll(ids));
    }

    @Override
    public void failedAgain(LetterOwner owner, Map<Long, LetterError> errors) {
        steps.write("note another failure", () -> {
            errors.forEach((id, error) ->
                    change(id, DeadLetter.State.PARKED, letters.get(id).attempts() + 1, Optional.of(error), ""));
            return true;
        });
    }

    @Override
    public void discard(LetterOwner owner, Collection<Long> ids, String reason) {
        steps.write("discard", () -> {
            ids.forEach(id -> change(
                    id,
                    DeadLetter.State.DISCARDED,
                    letters.get(id).attempts(),
                    letters.get(id).error(),
                    reason));
            return true;
        });
    }

    private void change(long id, DeadLetter.State state, int attempts, Optional<LetterError> error, String note) {
        letters.computeIfPresent(
                id,
                (key, old) -> new DeadLetter(
                        id,
                        old.pipeline(),
                        old.target(),
                        old.projection(),
                        old.change(),
                        old.keys(),
                        state,
                        attempts,
                        error,
                        old.parkedAt(),
                        old.firstFailedAt(),
                        old.lastFailedAt(),
                        old.original(),
                        note));
    }

    @Override
    public Map<String, Long> cut(LetterOwner owner, DeadLetterRetention retention, int most) {
        Map<String, Long> gone = new HashMap<>();
        while (letters.size() > retention.maxCount().orElse(Long.MAX_VALUE)) {
            gone.merge(letters.pollFirstEntry().getValue().projection(), 1L, Long::sum);
        }
        return gone;
    }

    @Override
    public void forget(LetterOwner owner) {
        letters.clear();
    }

    @Override
    public List<DeadLetter> list(String pipeline, DeadLetterFilter filter, long after, int most) {
        steps.about("list");
        return letters.tailMap(after, false).values().stream()
                .filter(letter -> letter.state() == filter.state())
                .filter(letter -> filter.ids().isEmpty() || filter.ids().contains(letter.id()))
                .filter(letter ->
                        filter.projection().map(letter.projection()::equals).orElse(true))
                .filter(letter -> filter.table()
                        .map(letter.change().source().table()::equals)
                        .orElse(true))
                .filter(letter -> filter.key().map(letter.keys()::contains).orElse(true))
                .limit(most)
                .toList();
    }

    @Override
    public Map<String, Map<String, Long>> count(String pipeline, DeadLetterFilter filter) {
        Map<String, Long> counts = new HashMap<>();
        list(pipeline, filter, 0, Integer.MAX_VALUE)
                .forEach(letter -> counts.merge(letter.projection(), 1L, Long::sum));
        return counts.isEmpty() ? Map.of() : Map.of("db0", counts);
    }

    @Override
    public Optional<DeadLetter> edit(String pipeline, String target, long id, Map<String, @Nullable String> values) {
        throw new UnsupportedOperationException();
    }
}
