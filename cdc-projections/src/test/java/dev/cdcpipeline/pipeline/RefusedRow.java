package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.util.List;

/** A row of {@code a}, one of those that {@link Traffic} writes, which a bench's read model refuses in its view and in its log. */
final class RefusedRow {
    private static final int ID = 42;
    private static final String LETTERS =
            "select concat_ws(' ', operation, row_key ->> 'id', after ->> 'val', after ->> 'n')"
                    + " from cdc_dead_letter where projection = '%s' order by id";

    private RefusedRow() {}

    /** Before anything is written. */
    static void refuse(Bench bench) {
        bench.readModel()
                .execute(
                        "alter table a_view add constraint no_row check (id <> " + ID + ")",
                        "alter table applied add constraint no_row check (tab <> 'a' or id <> " + ID + ")");
    }

    static void accept(Bench bench) {
        bench.readModel()
                .execute("alter table a_view drop constraint no_row", "alter table applied drop constraint no_row");
    }

    /** Waits until a change of it was parked. */
    static void awaitParked(Bench bench) {
        Bench.eventually(() -> assertThat(letters(bench, "applied")).isNotEmpty());
    }

    /**
     * Every change of the row is parked once, in order, for the log. For the view, which may fold some of them, those at the end
     * are. Nothing else is parked.
     */
    static void assertParked(Bench bench, TestDatabase source) {
        List<String> changes = Bench.rows(
                source,
                "select concat_ws(' ', op, id, val, n) from journal where tab = 'a' and id = " + ID + " order by seq");
        assertThat(letters(bench, "applied")).as("letters of the log").containsExactlyElementsOf(changes);
        assertThat(changes).endsWith(letters(bench, "public.a_view").toArray(String[]::new));
        assertThat(bench.readModel()
                        .queryStrings("select projection || ' ' || (row_key ->> 'id') from cdc_dead_letter where"
                                + " projection not in ('applied', 'public.a_view') or row_key ->> 'id' <> '" + ID
                                + "'"))
                .as("other letters")
                .isEmpty();
    }

    private static List<String> letters(Bench bench, String projection) {
        return Bench.rows(bench.readModel(), LETTERS.formatted(projection));
    }
}
