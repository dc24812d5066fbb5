package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a projection asks of a table, for values that updates leave alone. */
class SourceTableDemandsTest {
    private static final SourceTable<Letter> LETTERS = SourceTable.of("letters", Letter.class);

    record Letter(long id, String body) {}

    @Test
    void a_table_asks_for_nothing_by_itself() {
        assertThat(LETTERS.requiresFullIdentity()).isFalse();
        assertThat(LETTERS.rereadsUnchanged()).isFalse();
    }

    @Test
    void each_demand_makes_another_table_and_keeps_the_other_demand() {
        SourceTable<Letter> both = LETTERS.requireFullIdentity().rereadUnchanged();

        assertThat(both.requiresFullIdentity()).isTrue();
        assertThat(both.rereadsUnchanged()).isTrue();
        assertThat(LETTERS.rereadUnchanged().requireFullIdentity().rereadsUnchanged())
                .isTrue();
        assertThat(both.name()).isEqualTo(LETTERS.name());
        assertThat(both.columns()).isEqualTo(LETTERS.columns());
        assertThat(LETTERS.rereadsUnchanged()).as("immutable").isFalse();
    }

    @Test
    void a_table_of_plain_rows_can_ask_too() {
        SourceTable<Row> rows = SourceTable.rows("letters").rereadUnchanged();

        assertThat(rows.rereadsUnchanged()).isTrue();
        assertThat(rows.isWhole()).isTrue();
    }
}
