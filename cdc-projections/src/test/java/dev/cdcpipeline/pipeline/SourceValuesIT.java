package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.internal.dispatch.UnchangedRows;
import dev.cdcpipeline.internal.postgres.SourceValues;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How values that a change left out are read at the source. */
class SourceValuesIT {
    private static final TableName LETTERS = TableName.parse("letters");

    /** Of the columns that are read, as rows of the stream have them. */
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("body", "text"),
            Map.entry("dropped_since", "text"),
            Map.entry("txt", "text"),
            Map.entry("fixed", "character(5)"),
            Map.entry("bin", "bytea"),
            Map.entry("num", "numeric"),
            Map.entry("js", "json"),
            Map.entry("yes", "boolean[]"),
            Map.entry("at", "timestamp with time zone[]"),
            Map.entry("price", "money"),
            Map.entry("nothing", "public.pair"),
            Map.entry("markup", "xml"));

    private final TestDatabase source = PostgresSource.shared().freshDatabase("source");
    private final SourceValues values =
            new SourceValues(Bench.shard("db0", source).build());

    @AfterEach
    void close() {
        values.close();
        source.close();
    }

    private static UnchangedRows rows(Set<List<String>> keys, String... columns) {
        Map<String, String> types = Arrays.stream(columns).collect(Collectors.toMap(name -> name, TYPES::get));
        return new UnchangedRows(LETTERS, List.of("id"), keys, types, Set.of());
    }

    private static UnchangedRows row(String id, String... columns) {
        return rows(Set.of(List.of(id)), columns);
    }

    private Map<String, @Nullable String> read(String id, String... columns) throws InterruptedException {
        return values.read(row(id, columns)).getOrDefault(List.of(id), Map.of());
    }

    private void letters(String... statements) {
        source.execute("create table letters (id int primary key, body text)");
        source.execute("insert into letters values (1, 'one'), (2, null)");
        source.execute(statements);
    }

    @Test
    void texts_are_those_of_the_types_themselves_to_the_last_blank() throws Exception {
        source.execute(
                "create type pair as (a int, b text)",
                "create table letters (id int primary key, txt text, fixed char(5), bin bytea, num numeric, js json,"
                        + " yes boolean[], at timestamptz[], price money, nothing pair, markup xml)",
                "insert into letters values (1, E'a\\\\b\\'%s', 'ab', '\\x00ff', 'NaN', '{\"b\":  1, \"a\":1}',"
                        + " '{t,f,null}', '{2026-11-20 10:00:00+02}', 12.5, row(null, null), '<a>é</a>')");

        assertThat(read("1", "txt", "fixed", "bin", "num", "js", "yes", "at", "price", "nothing", "markup"))
                .containsOnly(
                        Map.entry("txt", "a\\b'%s"),
                        Map.entry("fixed", "ab   "),
                        Map.entry("bin", "\\x00ff"),
                        Map.entry("num", "NaN"),
                        Map.entry("js", "{\"b\":  1, \"a\":1}"),
                        Map.entry("yes", "{t,f,NULL}"),
                        Map.entry("at", "{\"2026-11-20 08:00:00+00\"}"),
                        Map.entry("price", "$12.50"),
                        Map.entry("nothing", "(,)"),
                        Map.entry("markup", "<a>é</a>"));
    }

    @Test
    void null_is_told_from_a_row_and_from_a_column_that_is_gone() throws Exception {
        letters();

        Map<List<String>, Map<String, @Nullable String>> found =
                values.read(rows(Set.of(List.of("2"), List.of("3")), "body", "dropped_since"));

        assertThat(found).containsOnlyKeys(List.of("2"));
        assertThat(found.get(List.of("2"))).containsOnlyKeys("body").containsEntry("body", null);
    }

    @Test
    void any_name_and_any_key_is_found() throws Exception {
        source.execute(
                "create schema \"Büro, \"\"1?\"\"\"",
                "create type colour as enum ('red', 'light ''blue''')",
                "create table \"Büro, \"\"1?\"\"\".\"Let Ters\" (\"Key\" colour, \"b?\" char(4), c numeric(9, 2), d uuid,"
                        + " \"Text\" text, primary key (d, c, \"b?\", \"Key\") include (\"Text\"))",
                "insert into \"Büro, \"\"1?\"\"\".\"Let Ters\" values ('light ''blue''', 'x', 1.5,"
                        + " 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'found')");
        List<String> key = List.of("light 'blue'", "x   ", "1.50", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");

        assertThat(values.read(new UnchangedRows(
                        new TableName("Büro, \"1?\"", "Let Ters"),
                        List.of("Key", "b?", "c", "d"),
                        Set.of(key),
                        Map.of("Text", "text"),
                        Set.of())))
                .isEqualTo(Map.of(key, Map.of("Text", "found")));
    }

    @Test
    void rows_of_partitions_are_found_by_their_root_and_those_of_heirs_are_not_taken_for_others() throws Exception {
        source.execute(
                "create table letters (id int primary key, body text) partition by range (id)",
                "create table letters_1 partition of letters for values from (0) to (10)",
                "insert into letters values (1, 'in a partition')");
        assertThat(read("1", "body")).containsEntry("body", "in a partition");

        source.execute("drop table letters");
        letters("create table heirs () inherits (letters)", "insert into heirs values (1, 'of an heir')");
        assertThat(read("1", "body")).containsEntry("body", "one");
    }

    @Test
    void many_rows_are_read_in_parts() throws Exception {
        letters("insert into letters select i, 'number ' || i from generate_series(3, 1300) i");
        Set<List<String>> keys = new LinkedHashSet<>();
        IntStream.rangeClosed(1, 1400).forEach(id -> keys.add(List.of(String.valueOf(id))));

        Map<List<String>, Map<String, @Nullable String>> found = values.read(rows(keys, "body"));

        assertThat(found).hasSize(1300);
        assertThat(found.get(List.of("1299"))).containsEntry("body", "number 1299");
    }

    @Test
    void a_key_that_was_altered_since_finds_nothing_or_the_same_row_but_never_another() throws Exception {
        letters();
        source.execute("alter table letters alter id type bigint");
        assertThat(read("1", "body")).as("a wider type").containsEntry("body", "one");

        source.execute("alter table letters alter id type text");
        assertThat(read("1", "body")).as("text").containsEntry("body", "one");

        source.execute("alter table letters alter id type date using date '2000-01-01' + id::int");
        assertThat(read("1", "body")).as("a type that cannot read the key").isEmpty();

        source.execute("alter table letters drop constraint letters_pkey");
        assertThat(read("2000-01-02", "body")).as("no key any more").isEmpty();

        source.execute("alter table letters rename id to number");
        assertThat(read("2000-01-02", "body")).as("another name").isEmpty();

        source.execute("drop table letters");
        assertThat(read("1", "body")).as("no table").isEmpty();
    }

    @Test
    void a_column_of_another_type_by_now_is_left_out_and_one_of_another_length_is_not() throws Exception {
        letters("alter table letters add fixed char(9) default 'ab'");

        assertThat(read("1", "fixed")).containsEntry("fixed", "ab       ");
        source.execute("alter table letters alter body type jsonb using to_jsonb(body)");
        assertThat(read("1", "body")).isEmpty();
    }

    @Test
    void a_key_is_not_cut_off_to_fit_a_shorter_column() throws Exception {
        source.execute(
                "create table letters (id varchar(3) primary key, body text)",
                "insert into letters values ('abc', 'another row')");

        assertThat(read("abcd", "body")).isEmpty();
    }

    @Test
    void a_connection_that_was_lost_fails_once_and_is_opened_again() throws Exception {
        letters();
        assertThat(read("1", "body")).containsEntry("body", "one");
        source.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and application_name = 'cdc-pipeline db0'");

        assertThatThrownBy(() -> read("1", "body"))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("[db0]")
                .hasMessageContaining("public.letters");
        assertThat(read("1", "body")).containsEntry("body", "one");
    }

    @Test
    void a_role_that_may_not_read_is_told_which_grants_it_needs() {
        letters();
        try (Role reader = Role.create(source, "login");
                SourceValues poor = new SourceValues(Bench.shard("db0", source)
                        .user(reader.name())
                        .password(Role.PASSWORD)
                        .build())) {

            assertThatThrownBy(() -> poor.read(row("1", "body")))
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageContaining("[db0]")
                    .hasMessageContaining("lacks a privilege");
        }
    }

    @Test
    void a_change_that_nobody_sees_yet_is_waited_for() throws Exception {
        letters();
        try (Connection writer = source.dataSource().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("update letters set body = 'new' where id = 1");
            long transaction = transactionId(statement);
            UnchangedRows rows = new UnchangedRows(
                    LETTERS, List.of("id"), Set.of(List.of("1")), Map.of("body", "text"), Set.of(transaction));

            assertThatThrownBy(() -> values.read(rows))
                    .as("an older value must not be shown")
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageContaining("[db0]")
                    .hasMessageContaining("nobody sees it");
            writer.commit();

            assertThat(values.read(rows).get(List.of("1"))).containsEntry("body", "new");
        }
    }

    private static long transactionId(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select pg_current_xact_id()::text::bigint")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    @Test
    void a_read_that_waits_for_a_lock_ends_when_the_shard_is_stopped() throws Exception {
        letters();
        try (Connection writer = source.dataSource().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("lock table letters");
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    end.complete(new AssertionError("read " + read("1", "body")));
                } catch (Throwable e) {
                    end.complete(e);
                }
            });
            thread.start();
            Bench.eventually(() -> assertThat(source.queryLong("select count(*) from pg_stat_activity"
                            + " where datname = current_database() and wait_event_type = 'Lock'"))
                    .isEqualTo(1));

            values.abort();

            assertThat(end.get(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            assertThatThrownBy(() -> read("1", "body")).isInstanceOf(InterruptedException.class);
            thread.join();
        }
    }
}
