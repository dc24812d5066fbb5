package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.testkit.TestDatabase;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table whose rows have values of many types that are so large that PostgreSQL stores them out of line. */
final class Letters {
    /** Those that an update of the note leaves alone. */
    static final Set<String> LARGE = Set.of("body", "bin", "js", "jsb", "num", "tags", "attrs");

    static final SourceTable<Letter> TABLE = SourceTable.of("public.letters", Letter.class);

    private static final int LENGTH = 20_000;

    record Letter(
            long id,
            @Nullable String note,
            @Nullable String body,
            byte @Nullable [] bin,
            @Nullable String js,
            @Nullable String jsb,
            @Nullable BigDecimal num,
            @Nullable List<@Nullable String> tags,
            @Nullable String attrs) {}

    /** A change as a handler saw it. */
    record Seen(Operation operation, @Nullable Letter after, Set<String> unchanged, Set<String> reread) {}

    /** What a handler saw, in order, READs left out. */
    static final class Log {
        private final List<Seen> seen = new CopyOnWriteArrayList<>();

        HandlerProjection handler(String name, SourceTable<Letter> table) {
            return HandlerProjection.named(name).on(table, (change, handle) -> note(change));
        }

        private void note(Change<Letter> change) {
            if (change.operation() != Operation.READ) {
                seen.add(new Seen(
                        change.operation(),
                        change.after(),
                        change.after() == null ? Set.of() : columns(change::isUnchanged),
                        change.after() == null ? Set.of() : columns(change::isReread)));
            }
        }

        private static Set<String> columns(java.util.function.Predicate<String> which) {
            return LARGE.stream().filter(which).collect(Collectors.toUnmodifiableSet());
        }

        List<Seen> seen() {
            return seen;
        }

        Seen last() {
            assertThat(seen).isNotEmpty();
            return seen.get(seen.size() - 1);
        }
    }

    private Letters() {}

    /** Makes the table at the source, and a view of it. */
    static void create(Bench bench) {
        String columns = " (id bigint primary key, note text, body text, bin bytea, js json, jsb jsonb, num numeric,"
                + " tags text[], attrs hstore)";
        bench.source().execute("create extension hstore", "create table letters" + columns);
        LARGE.forEach(column ->
                bench.source().execute("alter table letters alter column " + column + " set storage external"));
        bench.readModel().execute("create extension hstore", "create table letters_view" + columns);
    }

    static JdbcTarget target(Bench bench) {
        return JdbcTarget.named("letters", bench.pool());
    }

    static UpsertProjection view() {
        return UpsertProjection.from(TABLE).into("letters_view").build();
    }

    /** Inserts a row whose large values are made of this letter. */
    static String insert(long id, char letter) {
        return "insert into letters values (" + id + ", 'first', " + values(letter) + ")";
    }

    /** Gives a row other large values. */
    static String rewrite(long id, char letter) {
        return "update letters set (body, bin, js, jsb, num, tags, attrs) = (" + values(letter) + ") where id = " + id;
    }

    /** Touches nothing large. */
    static String updateNote(long id, String note) {
        return "update letters set note = '" + note + "' where id = " + id;
    }

    private static String values(char letter) {
        return "'" + body(letter) + "', '\\x"
                + String.format("%02x", (int) letter).repeat(LENGTH) + "', '"
                + js(letter) + "', '" + jsb(letter) + "', " + num(letter) + ", array['small', null, '"
                + body(letter) + "'], '" + attrs(letter) + "'";
    }

    /** What such a row is. */
    static Letter letter(long id, String note, char letter) {
        byte[] bin = new byte[LENGTH];
        Arrays.fill(bin, (byte) letter);
        return new Letter(
                id,
                note,
                body(letter),
                bin,
                js(letter),
                jsb(letter),
                num(letter),
                Arrays.asList("small", null, body(letter)),
                attrs(letter));
    }

    /** What such a row is as it was sent, with the note alone. */
    static Letter noteOnly(long id, String note) {
        return new Letter(id, note, null, null, null, null, null, null, null);
    }

    private static String body(char letter) {
        return String.valueOf(letter).repeat(LENGTH);
    }

    private static String js(char letter) {
        return "{\"b\":  \"" + body(letter) + "\"}";
    }

    private static String jsb(char letter) {
        return "{\"b\": \"" + body(letter) + "\"}";
    }

    private static String attrs(char letter) {
        return "\"k\"=>\"" + body(letter) + "\"";
    }

    private static BigDecimal num(char letter) {
        return new BigDecimal(String.valueOf(1 + letter % 9).repeat(LENGTH));
    }

    /** Every value of the view is the source's. */
    static void assertViewEqualsSource(Bench bench) {
        assertThat(contents(bench.readModel(), "letters_view"))
                .as("letters_view")
                .isEqualTo(contents(bench.source(), "letters"));
    }

    private static List<String> contents(TestDatabase database, String table) {
        String columns = "id, note, "
                + LARGE.stream()
                        .sorted()
                        .map(column -> "md5(" + column + "::text), length(" + column + "::text)")
                        .collect(Collectors.joining(", "));
        return Bench.rows(database, "select row(" + columns + ")::text from " + table + " order by id");
    }
}
