package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.offset.jdbc.JdbcLetterRows;
import dev.cdcpipeline.offset.jdbc.ParkedLetter;
import dev.cdcpipeline.target.ParkingListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What projections of one shard have parked: the keys, and what the running transaction adds and takes away. Until the commit every
 * step can be taken back, so that it follows the transaction's savepoints.
 */
final class ParkedChanges {
    /** What the transaction has done: a letter that is added, or else one that is discarded. */
    private record Step(@Nullable NewLetter added, @Nullable ParkedLetter discarded, String reason) {}

    /** A point to go back to. */
    record Mark(int steps, int stored) {}

    private final String who;
    private final JdbcLetterRows rows;
    private final Map<String, HeldKeys> held = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<Step> steps = new ArrayList<>();
    /** How many of the steps have reached the database. */
    private int stored;

    private final Map<String, Map<Change<Row>, List<NewLetter>>> decided = new TreeMap<>();
    private @Nullable Connection connection;

    ParkedChanges(String who, JdbcLetterRows rows) {
        this.who = who;
        this.rows = rows;
    }

    /** Looks up what is durable; what it knew before does not count. */
    void load(Connection connection) throws SQLException {
        forgetTransaction();
        held.clear();
        counts.clear();
        counts.putAll(rows.parked(connection));
        rows.parkedKeys(connection).forEach((projection, keys) -> keys.forEach(keysOf(projection)::add));
    }

    /** Begins a transaction. */
    void begin(Connection newConnection) {
        forgetTransaction();
        connection = newConnection;
    }

    private void forgetTransaction() {
        steps.clear();
        decided.clear();
        stored = 0;
        connection = null;
    }

    private HeldKeys keysOf(String projection) {
        return held.computeIfAbsent(projection, name -> new HeldKeys());
    }

    /** Whether anything of a projection is parked, or will not be applied. */
    boolean concerns(String projection) {
        HeldKeys keys = held.get(projection);
        return keys != null && !keys.isEmpty() || decided.containsKey(projection);
    }

    boolean hold(String projection, TableName table, Set<String> keys) {
        HeldKeys parked = held.get(projection);
        return parked != null && parked.hold(table, keys);
    }

    /** Keeps what becomes of a change that fails, for every further try in this transaction. */
    void decide(String projection, Change<Row> change, List<NewLetter> letters) {
        decided.computeIfAbsent(projection, name -> new IdentityHashMap<>()).put(change, letters);
    }

    /** The letters of a change that has failed in this transaction. */
    @Nullable
    List<NewLetter> decision(String projection, Change<Row> change) {
        Map<Change<Row>, List<NewLetter>> known = decided.get(projection);
        return known == null ? null : known.get(change);
    }

    void add(NewLetter letter) {
        steps.add(new Step(letter, null, ""));
        if (letter.discarded().isEmpty()) {
            count(letter.projection(), letter.keys(), true);
        }
    }

    /** Nothing of a table is parked any more, because its rows are gone. */
    void discard(String projection, TableName table, String reason) throws SQLException {
        HeldKeys keys = held.get(projection);
        if (keys == null || keys.isEmpty()) {
            return;
        }
        write();
        discarded(rows.discardOfTable(running(), projection, table, reason), reason);
    }

    /** These letters are of rows that are gone. */
    void discard(List<ParkedLetter> letters, String reason) throws SQLException {
        if (!letters.isEmpty()) {
            rows.discard(running(), letters.stream().map(ParkedLetter::id).toList(), reason);
            discarded(letters, reason);
        }
    }

    private void discarded(List<ParkedLetter> letters, String reason) {
        for (ParkedLetter letter : letters) {
            steps.add(new Step(null, letter, reason));
            count(letter.projection(), letter.keys(), false);
        }
        stored = steps.size();
    }

    private void count(String projection, Collection<String> keys, boolean parked) {
        if (parked) {
            keysOf(projection).add(keys);
        } else {
            keysOf(projection).remove(keys);
        }
        counts.merge(projection, parked ? 1L : -1L, (before, more) -> before + more == 0 ? null : before + more);
    }

    Mark mark() {
        return new Mark(steps.size(), stored);
    }

    /** Takes back what came since, when the transaction has been rolled back to a savepoint that was set at the same time. */
    void rollBackTo(Mark mark) {
        for (int i = steps.size() - 1; i >= mark.steps; i--) {
            Step step = steps.remove(i);
            if (step.discarded != null) {
                count(step.discarded.projection(), step.discarded.keys(), true);
            } else if (step.added != null && step.added.discarded().isEmpty()) {
                count(step.added.projection(), step.added.keys(), false);
            }
        }
        stored = mark.stored;
    }

    /** The transaction has failed. */
    void rolledBack() {
        rollBackTo(new Mark(0, 0));
        forgetTransaction();
    }

    /** Stores the letters that are not stored yet. */
    void write() throws SQLException {
        List<NewLetter> letters = new ArrayList<>();
        for (Step step : steps.subList(stored, steps.size())) {
            if (step.added != null) {
                letters.add(step.added);
            }
        }
        stored = steps.size();
        if (!letters.isEmpty()) {
            rows.insert(running(), letters);
        }
    }

    private Connection running() {
        if (connection == null) {
            throw new IllegalStateException(who + ": no transaction runs");
        }
        return connection;
    }

    /** The transaction is durable: tells what it did. */
    void committed(ParkingListener listener) {
        List<Step> done = List.copyOf(steps);
        forgetTransaction();
        for (Step step : done) {
            if (step.added != null) {
                listener.stored(step.added);
            } else if (step.discarded != null) {
                ParkedLetter letter = step.discarded;
                listener.discarded(letter.projection(), letter.operation(), step.reason);
            }
        }
    }

    /** These are parked no more, durably. */
    void removed(Collection<ParkedLetter> letters) {
        for (ParkedLetter letter : letters) {
            if (letter.isParked()) {
                count(letter.projection(), letter.keys(), false);
            }
        }
    }

    /** How many changes are parked, by projection. */
    Map<String, Long> counts() {
        return Map.copyOf(counts);
    }
}
