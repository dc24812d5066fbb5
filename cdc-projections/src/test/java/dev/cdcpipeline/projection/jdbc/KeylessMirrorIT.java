package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.target.TargetSession;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mirror of a table without a key, in which equal rows may be there several times. */
class KeylessMirrorIT {
    private final Changes entries =
            Changes.typed("public.entries", 0, "val text", "n numeric", "place point", "doc json", "tags text[]");
    private TestDatabase database;
    private TargetUnderTest target;
    private TargetUnderTest evolved;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("keyless_mirror");
        target = new TargetUnderTest(
                JdbcTarget.named("copy", database.dataSource())
                        .project(MirrorProjection.from("public.entries")
                                .into("copy.entries")
                                .createTable()
                                .build()),
                entries);
        evolved = new TargetUnderTest(
                JdbcTarget.named("copy", database.dataSource())
                        .project(MirrorProjection.from("public.entries")
                                .into("copy.entries")
                                .createTable()
                                .evolve(SchemaEvolution.ADD_COLUMNS)
                                .build()),
                entries);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private List<String> rows() {
        return database.queryStrings("select concat_ws('|', val, n, place, doc, tags) from copy.entries order by 1");
    }

    @Test
    void keeps_equal_rows_and_updates_and_deletes_one_of_them() {
        String[] row = {"a", "1", "(1,2)", "{\"a\":  1}", "{x,NULL}"};
        String[] nulls = {null, null, null, null, null};
        try (TargetSession session = target.open(1)) {
            target.apply(session, entries.create(row), entries.create(row), entries.create(row));
            target.apply(session, entries.create(nulls), entries.create(nulls));
            assertThat(rows()).hasSize(5);

            target.apply(
                    session,
                    entries.updateFull(Arrays.asList(row), "b", "1", "(1,2)", "{\"a\":  1}", "{x,NULL}"),
                    entries.deleteFull(row),
                    entries.deleteFull(nulls));
            assertThat(rows()).containsExactly("", "a|1|(1,2)|{\"a\":  1}|{x,NULL}", "b|1|(1,2)|{\"a\":  1}|{x,NULL}");

            target.apply(session, entries.truncate(), entries.create(nulls));
            assertThat(rows()).containsExactly("");
        }
    }

    @Test
    void of_rows_that_are_equal_but_for_their_texts_it_takes_the_right_one() {
        try (TargetSession session = target.open(1)) {
            target.apply(
                    session,
                    entries.create("a", "1.0", null, null, null),
                    entries.create("a", "1.00", null, null, null),
                    entries.create("a", "1.000", null, null, null),
                    entries.deleteFull("a", "1.00", null, null, null));
            assertThat(rows()).containsExactly("a|1.0", "a|1.000");
        }
    }

    @Test
    void says_that_the_row_is_not_there() {
        try (TargetSession session = target.open(1)) {
            assertThatThrownBy(() -> target.apply(session, entries.deleteFull("a", null, null, null, null)))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("the mirror has no row like the one that the source's DELETE");
        }
    }

    @Test
    void finds_a_row_that_was_there_before_the_source_added_a_column_with_a_default() {
        Changes wider = Changes.typed("public.entries", 0, "val text", "n numeric", "z numeric");
        try (TargetSession session = evolved.open(1)) {
            evolved.apply(
                    session,
                    entries.create("a", "1", null, null, null),
                    entries.create("a", "1", null, null, null),
                    entries.create("b", "2", null, null, null));
            evolved.apply(session, wider.deleteFull("a", "1", "3.0"), wider.create("a", "1", "3.00"));
            assertThat(database.queryStrings("select concat_ws('|', val, n, z) from copy.entries order by 1"))
                    .containsExactly("a|1", "a|1|3.00", "b|2");
        }
        try (TargetSession session = evolved.open(2)) {
            evolved.apply(session, wider.deleteFull("a", "1", "3.00"), wider.create("c", "5", "6"));
            assertThat(database.queryStrings("select concat_ws('|', val, n, z) from copy.entries order by 1"))
                    .as("the equal row goes first")
                    .containsExactly("a|1", "b|2", "c|5|6");

            evolved.apply(
                    session,
                    wider.updateFull(Arrays.asList("b", "2", "3.0"), "b", "7", "3.0"),
                    wider.deleteFull("a", "1", "3.0"));
            assertThat(database.queryStrings("select concat_ws('|', val, n, z) from copy.entries order by 1"))
                    .containsExactly("b|7|3.0", "c|5|6");

            assertThatThrownBy(() -> evolved.apply(session, wider.deleteFull("c", "5", "8")))
                    .as("a row that has a value in the column has another")
                    .hasMessageContaining("the mirror has no row like the one");
        }
    }

    @Test
    void finds_a_row_that_was_there_before_the_source_renamed_a_column() {
        Changes renamed = Changes.typed("public.entries", 0, "word text", "n numeric", "place point", "doc json");
        try (TargetSession session = evolved.open(1)) {
            evolved.apply(session, entries.create("a", "1", null, null, null));
            evolved.apply(
                    session,
                    renamed.updateFull(Arrays.asList("a", "1", null, null), "b", "1", null, null),
                    renamed.updateFull(Arrays.asList("b", "1", null, null), "c", "1", null, null));
            assertThat(database.queryStrings("select concat_ws('|', val, word, n) from copy.entries"))
                    .containsExactly("a|c|1");
        }
    }

    @Test
    void after_a_truncate_each_row_holds_every_column() {
        Changes wider = Changes.typed("public.entries", 0, "val text", "z int");
        try (TargetSession session = evolved.open(1)) {
            evolved.apply(session, entries.create("a", "1", null, null, null), wider.create("a", "3"));
            assertThat(database.queryString("select added_columns::text from cdc_mirror"))
                    .isEqualTo("{z}");
            evolved.apply(session, wider.truncate());
            assertThat(database.queryString("select added_columns::text from cdc_mirror"))
                    .isEqualTo("{}");
            evolved.apply(session, wider.create("a", null));
            assertThatThrownBy(() -> evolved.apply(session, wider.deleteFull("a", "3")))
                    .hasMessageContaining("the mirror has no row like the one");
        }
    }

    @Test
    void hits_one_row_of_a_mirror_with_partitions() {
        database.execute(
                "create schema copy",
                "create table copy.entries (val text, n numeric, place point, doc json, tags text[]) partition by list (val)",
                "create table copy.entries_a partition of copy.entries for values in ('a')",
                "create table copy.entries_b partition of copy.entries for values in ('b')");
        try (TargetSession session = target.open(1)) {
            target.apply(
                    session,
                    entries.create("a", "1", null, null, null),
                    entries.create("b", "2", null, null, null),
                    entries.updateFull(Arrays.asList("a", "1", null, null, null), "a", "3", null, null, null));
            assertThat(rows()).containsExactly("a|3", "b|2");

            target.apply(session, entries.deleteFull("b", "2", null, null, null));
            assertThat(rows()).containsExactly("a|3");
        }
    }

    @Test
    void asks_for_full_identity() {
        try (TargetSession session = target.open(1)) {
            assertThatThrownBy(() -> target.apply(session, entries.delete()))
                    .hasMessageContaining("set REPLICA IDENTITY FULL for public.entries");
        }
    }

    @Test
    void gets_a_key_and_loses_it_as_the_source_does() {
        Changes keyed = Changes.typed("public.entries", 1, "val text", "n numeric");
        try (TargetSession session = target.open(1)) {
            target.apply(
                    session,
                    entries.create("a", "1", null, null, null),
                    keyed.update("a", "2"),
                    keyed.create("b", "3"),
                    entries.create("b", "4", null, null, null));
            assertThat(rows()).containsExactly("a|2", "b|3", "b|4");
        }
    }
}
