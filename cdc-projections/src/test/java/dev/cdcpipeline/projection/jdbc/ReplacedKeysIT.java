package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.TargetSession;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A replacing load knows a row by its key, whatever the key is made of and whoever else has rows in the view. */
class ReplacedKeysIT {
    private static final TableName THINGS = TableName.parse("public.things");
    private static final String VIEW = "public.things_view";
    private static final LoadState LOADED = LoadState.none()
            .wanting(Map.of(THINGS, Map.of(VIEW, Set.of("id"))), TableLoad.PENDING)
            .advance(null, 1, Map.of(THINGS, TableLoad.SUCCEEDED));
    private static final LoadState BEGUN = LOADED.beginning("b1", List.of(THINGS), VIEW);
    private static final LoadState READING = BEGUN.advance("in the middle", 2, Map.of());
    private static final LoadState ENDED = READING.advance(null, 3, Map.of(THINGS, TableLoad.SUCCEEDED));

    record Thing(String id, String what) {}

    record Part(String id, String no, String what) {}

    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("replaced_keys");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    numeric       | 1.0                                  | 1.00                                 | 2
                    numeric(10,2) | 1                                    | 1.0                                  | 2
                    text          | it's "q" \\ {a,b} €                  | it's "q" \\ {a,b} €                  | it's "q" \\\\ {a,b} €
                    varchar(9)    | a                                    | a                                    | A
                    char(9)       | ab                                   | ab                                   | b
                    uuid          | 7f1b0c1e-0000-4000-8000-0000000000aa | 7F1B0C1E-0000-4000-8000-0000000000AA | 7f1b0c1e-0000-4000-8000-0000000000ab
                    bytea         | \\x00ff                              | \\x00FF                              | \\x00fe
                    float8        | 0.1                                  | 0.10                                 | 0.2
                    date          | 2024-02-29                           | 2024-02-29                           | infinity
                    timestamptz   | 2024-02-29 12:00:00+00               | 2024-02-29 13:00:00+01               | 2024-02-29 12:00:00.000001+00
                    caseless      | Key                                  | KEY                                  | other
                    positive      | 7                                    | 07                                   | 8
                    """)
    void a_key_of_any_type_is_known_again(String type, String kept, String read, String gone) {
        database.execute(
                "create collation nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "create domain caseless as text collate nocase",
                "create domain positive as int check (value > 0)",
                "create table things_view (id " + type + " primary key, what text)");
        Changes things = new Changes("public.things", 1, "id", "what");
        JdbcTarget target = target(UpsertProjection.from(SourceTable.of("public.things", Thing.class))
                .into("things_view")
                .build());
        TargetUnderTest test = new TargetUnderTest(target, things);
        try (TargetSession session = test.open(1)) {
            apply(test, session, LOADED, things.create(kept, "old"), things.create(gone, "gone"));
            apply(test, session, BEGUN);
            apply(test, session, READING, things.read(read, "new"));
            apply(test, session, ENDED);
        }
        assertThat(database.queryStrings("select what from things_view")).containsExactly("new");
    }

    @Test
    void a_key_of_several_columns_is_known_again_and_rows_of_another_shard_stay() {
        database.execute("create table things_view (id text, no numeric, what text, shard text,"
                + " primary key (no, id, shard))");
        Changes parts = new Changes("public.things", 2, "id", "no", "what");
        JdbcTarget target = target(UpsertProjection.from(SourceTable.of("public.things", Part.class))
                .into("things_view")
                .shardColumn("shard")
                .build());
        TargetUnderTest one = new TargetUnderTest(target, parts).shard("db0", 2);
        TargetUnderTest two = new TargetUnderTest(target, parts).shard("db1", 2);
        try (TargetSession first = one.open(1);
                TargetSession second = two.open(1)) {
            apply(one, first, LOADED, parts.create("a\",\"1", "2", "gone"), parts.create("a", "1", "old"));
            apply(two, second, LOADED, parts.create("a", "1", "other"), parts.create("a\",\"1", "2", "other"));
            apply(one, first, BEGUN);
            apply(two, second, BEGUN);
            apply(two, second, READING, parts.read("a", "1", "other"));
            apply(one, first, READING, parts.read("a", "1.0", "new"), parts.create("b", "1", "new"));
            apply(one, first, ENDED);
            assertThat(rows())
                    .containsExactly(
                            "(\"a\"\",\"\"1\",2,other,db1)", "(a,1,new,db0)", "(a,1,other,db1)", "(b,1,new,db0)");
            apply(two, second, ENDED);
        }
        assertThat(rows()).containsExactly("(a,1,new,db0)", "(a,1,other,db1)", "(b,1,new,db0)");
    }

    @Test
    void a_view_with_columns_of_our_names_is_no_trouble_nor_are_names_with_quotes() {
        database.execute(
                "create table things_view (id text, no text, shard text, what text, pipeline text, row_key text,"
                        + " view text, primary key (shard, id)) partition by hash (id)",
                "create table things_1 partition of things_view for values with (modulus 2, remainder 0)",
                "create table things_2 partition of things_view for values with (modulus 2, remainder 1)");
        Changes things = new Changes("public.things", 1, "id", "what");
        JdbcTarget target = JdbcTarget.named("o'target \\ %s", database.dataSource())
                .project(UpsertProjection.from(SourceTable.of("public.things", Thing.class))
                        .into("things_view")
                        .shardColumn("shard")
                        .build());
        TargetUnderTest test = new TargetUnderTest(target, things);
        try (TargetSession session = test.open(1)) {
            apply(test, session, LOADED, things.create("1", "a"), things.create("2", "b"), things.create("3", "c"));
            apply(test, session, BEGUN);
            apply(test, session, READING, things.read("1", "a"), things.read("2", "b"), things.delete("2"));
            apply(test, session, ENDED);
            assertThat(database.queryStrings("select id from things_view")).containsExactly("1");
        }
        test.forget(1);
    }

    @Test
    void without_a_shard_column_rows_of_several_shards_stay_and_nothing_is_noted() {
        database.execute("create table things_view (id text primary key, what text)");
        Changes things = new Changes("public.things", 1, "id", "what");
        JdbcTarget target = target(UpsertProjection.from(SourceTable.of("public.things", Thing.class))
                .into("things_view")
                .build());
        TargetUnderTest test = new TargetUnderTest(target, things).shard("db0", 2);
        try (TargetSession session = test.open(1)) {
            apply(test, session, LOADED, things.create("1", "a"), things.create("2", "b"));
            database.execute("drop table cdc_loaded_row");
            apply(test, session, BEGUN);
            apply(test, session, READING, things.read("1", "A"));
            apply(test, session, ENDED);
        }
        assertThat(database.queryStrings("select what from things_view order by id"))
                .containsExactly("A", "b");
    }

    private List<String> rows() {
        return database.queryStrings("select t::text from things_view t order by t::text collate \"C\"");
    }

    private JdbcTarget target(JdbcProjection projection) {
        return JdbcTarget.named("read-model", database.dataSource()).project(projection);
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static void apply(TargetUnderTest test, TargetSession session, LoadState load, Change<Row>... changes) {
        test.apply(session, Arrays.asList(changes), load);
    }
}
