package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.offset.jdbc.HomeDatabase.who;

import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterOwner;
import dev.cdcpipeline.deadletter.NewLetter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Dead letters in the home database. A write locks the lease until its commit, so that no newer owner can come between. */
final class JdbcHomeLetters implements HomeLetters {
    /** A TRUNCATE stands for every row of its table, and is waited for as such. */
    private static final String WAITING = """
            with asked as (
                select id, unnest(keys || (source_table || '#*')) as key from cdc_dead_letter
                where pipeline = ? and shard = ? and target = ? and id = any(?)),
            others as (
                select id, unnest(keys) as key from cdc_dead_letter
                where pipeline = ? and shard = ? and target = ? and state = 'PARKED' and id < ? and id <> all(?))
            select distinct asked.id
            from asked join others on others.key = asked.key and others.id < asked.id""";

    private final HomeDatabase home;
    private final DeadLetterStore shown;

    JdbcHomeLetters(HomeDatabase home, DeadLetterStore shown) {
        this.home = home;
        this.shown = shown;
    }

    /** Something that is done with the letters of one target and shard. */
    @FunctionalInterface
    private interface Work<T> {
        T on(JdbcLetterRows rows, Connection connection) throws SQLException;
    }

    private <T> T write(LetterOwner owner, String what, Work<T> work) {
        return home.transaction(who(owner.pipeline(), owner.shard()), what, connection -> {
            JdbcSlots.requireLease(
                    connection, owner.pipeline(), owner.shard(), owner.epoch(), "no dead letter was changed");
            return work.on(rows(owner), connection);
        });
    }

    private static JdbcLetterRows rows(LetterOwner owner) {
        return new JdbcLetterRows(owner.pipeline(), owner.shard(), owner.target());
    }

    private static String of(LetterOwner owner) {
        return " dead letters of target '" + owner.target() + "'";
    }

    @Override
    public Map<String, Map<String, Integer>> parkedKeys(LetterOwner owner) {
        return home.transaction(
                who(owner.pipeline(), owner.shard()), "cannot read the keys of" + of(owner), rows(owner)::parkedKeys);
    }

    @Override
    public List<NewLetter> park(LetterOwner owner, List<NewLetter> letters) {
        return write(owner, "cannot store" + of(owner), (rows, connection) -> rows.insertNew(connection, letters));
    }

    @Override
    public Set<Long> waiting(LetterOwner owner, Collection<Long> ids) {
        if (ids.isEmpty()) {
            return Set.of();
        }
        Long[] asked = ids.toArray(Long[]::new);
        long last = ids.stream().max(Long::compare).orElseThrow();
        String shard = owner.shard().name();
        return new TreeSet<>(home.rows(
                who(owner.pipeline(), owner.shard()),
                "cannot read which wait of the" + of(owner),
                WAITING,
                row -> row.getLong(1),
                owner.pipeline(),
                shard,
                owner.target(),
                asked,
                owner.pipeline(),
                shard,
                owner.target(),
                last,
                asked));
    }

    @Override
    public void remove(LetterOwner owner, Collection<Long> ids) {
        write(owner, "cannot remove" + of(owner), (rows, connection) -> {
            rows.remove(connection, ids);
            return true;
        });
    }

    @Override
    public void failedAgain(LetterOwner owner, Map<Long, LetterError> errors) {
        write(owner, "cannot note another failure of" + of(owner), (rows, connection) -> {
            rows.failedAgain(connection, errors);
            return true;
        });
    }

    @Override
    public void discard(LetterOwner owner, Collection<Long> ids, String reason) {
        write(owner, "cannot discard" + of(owner), (rows, connection) -> {
            rows.discard(connection, ids, reason);
            return true;
        });
    }

    @Override
    public Map<String, Long> cut(LetterOwner owner, DeadLetterRetention retention, int most) {
        return write(owner, "cannot cut" + of(owner), (rows, connection) -> rows.cut(connection, retention, most))
                .stream()
                .collect(Collectors.groupingBy(ParkedLetter::projection, Collectors.counting()));
    }

    @Override
    public void forget(LetterOwner owner) {
        write(owner, "cannot remove all" + of(owner), JdbcLetterRows::removeAll);
    }

    @Override
    public List<DeadLetter> list(String pipeline, DeadLetterFilter filter, long after, int most) {
        return shown.list(pipeline, filter, after, most);
    }

    @Override
    public Map<String, Map<String, Long>> count(String pipeline, DeadLetterFilter filter) {
        return shown.count(pipeline, filter);
    }

    @Override
    public Optional<DeadLetter> edit(String pipeline, String target, long id, Map<String, @Nullable String> values) {
        return shown.edit(pipeline, target, id, values);
    }
}
