package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterKeys;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which letters may only be cut together, and in which order. */
class LetterChainsTest {
    private static final TableName ORDERS = TableName.parse("orders");

    private final LetterChains chains = new LetterChains();
    private long id;

    @Test
    void letters_of_one_row_are_a_chain_as_old_as_its_newest() {
        letter("v", true, "1");
        letter("v", true, "2");
        letter("v", true, "1");

        assertThat(ids()).containsExactly(List.of(2L), List.of(1L, 3L));
    }

    @Test
    void a_row_that_got_another_key_links_the_letters_of_both() {
        letter("v", true, "1");
        letter("v", true, "3");
        letter("v", true, "1", "2");
        letter("v", true, "2", "3");
        letter("v", true, "4");

        assertThat(ids()).containsExactly(List.of(1L, 2L, 3L, 4L), List.of(5L));
    }

    @Test
    void projections_have_chains_of_their_own() {
        letter("v", true, "1");
        letter("w", true, "1");

        assertThat(ids()).containsExactly(List.of(1L), List.of(2L));
    }

    @Test
    void one_that_stands_for_the_whole_table_links_all_rows_of_it() {
        letter("v", true, "1");
        letter("v", true, "2");
        letter("v", true, "*");
        letter("w", true, "3");

        assertThat(ids()).containsExactly(List.of(1L, 2L, 3L), List.of(4L));
    }

    @Test
    void nothing_waits_for_a_discarded_one() {
        letter("v", false, "1");
        letter("v", true, "1");
        letter("v", false, "1", "2");
        letter("v", true, "2");
        letter("v", false, "*");

        assertThat(ids()).containsExactly(List.of(1L), List.of(2L), List.of(3L), List.of(4L), List.of(5L));
    }

    private void letter(String projection, boolean isParked, String... keys) {
        id++;
        Set<String> all = Set.of(
                keys[0].equals("*")
                        ? new String[] {LetterKeys.wholeTable(ORDERS)}
                        : List.of(keys).stream()
                                .map(key -> LetterKeys.of(ORDERS, List.of(key)))
                                .toArray(String[]::new));
        chains.add(
                new ParkedLetter(id, projection, ORDERS, Operation.UPDATE, all, isParked), Instant.ofEpochSecond(id));
    }

    private List<List<Long>> ids() {
        return chains.oldestFirst().stream()
                .map(chain -> chain.letters().stream().map(ParkedLetter::id).toList())
                .toList();
    }
}
