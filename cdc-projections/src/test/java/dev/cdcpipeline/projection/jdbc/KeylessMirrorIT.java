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
