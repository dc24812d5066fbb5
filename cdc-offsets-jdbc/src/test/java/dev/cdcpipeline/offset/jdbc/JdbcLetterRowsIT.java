package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.testkit.contract.StoredLetters.ORDERS;
import static dev.cdcpipeline.testkit.contract.StoredLetters.keyOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.deadletter.RemainingLetters;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import dev.cdcpipeline.testkit.contract.StoredLetters;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The letters of one target and shard, as its session works on them. */
class JdbcLetterRowsIT {
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();

    private interface Call<T> {
        T run(Connection connection) throws SQLException;
    }

    private final JdbcLetterRows rows = new JdbcLetterRows("shop", new ShardId("db0"), "view");
    private final StoredLetters letters = new StoredLetters("db0");
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("letter_rows");
        JdbcSchema.TARGET.prepare(database.dataSource(), SchemaMode.CREATE, "test");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void works_on_the_letters_of_its_own_target_and_shard_only() {
        JdbcLetterRows other = new JdbcLetterRows("shop", new ShardId("db1"), "view");
        StoredLetters db1 = new StoredLetters("db1");
        park(letters.failed("v", "1"));
        commit(connection -> {
            other.insert(connection, List.of(db1.failed("v", "1")));
            return true;
        });

        assertThat(page(ALL)).extracting(DeadLetter::shard).containsExactly("db0");
        assertThat(commit(rows::parked)).isEqualTo(Map.of("v", 1L));
        assertThat(page(ALL.shard("db1"))).isEmpty();
        assertThat(page(ALL.target("other"))).isEmpty();
        assertThat(commit(rows::removeAll)).isEqualTo(1);
        assertThat(database.queryStrings("select shard from cdc_dead_letter")).containsExactly("db1");
    }

    @Test
    void keys_are_counted_by_projection_as_long_as_their_letters_are_parked() {
        park(letters.failed("v", "1"), letters.behind("v", "1"), letters.failed("w", "1"));
        park(letters.moved("v", "1", "2"));

        assertThat(commit(rows::parkedKeys))
                .isEqualTo(Map.of("v", Map.of(keyOf("1"), 4, keyOf("2"), 1), "w", Map.of(keyOf("1"), 1)));
        commit(connection -> {
            rows.discard(connection, List.of(page(connection, ALL).get(0).id()), "no use");
            rows.remove(
                    connection,
                    List.of(page(connection, ALL.projection("w")).get(0).id()));
            return true;
        });
        assertThat(commit(rows::parkedKeys)).isEqualTo(Map.of("v", Map.of(keyOf("1"), 3, keyOf("2"), 1)));
        assertThat(commit(rows::parked)).isEqualTo(Map.of("v", 3L));
    }

    @Test
    void a_change_that_is_stored_already_is_not_stored_again_but_a_row_of_a_load_may_be() {
        NewLetter first = letters.failed("v", "1");
        NewLetter second = letters.failed("v", "2");
        NewLetter other = new NewLetter(
                "w", first.change(), first.keys(), 1, first.error(), first.firstFailedAt(), Optional.empty());
        List<NewLetter> halves = letters.moved("v", "3", "4");
        NewLetter read = letters.failed("v", letters.change(Operation.READ));

        assertThat(parkNew(first, read)).containsExactly(first, read);
        assertThat(parkNew(first, second, other, halves.get(0), halves.get(1), read))
                .containsExactly(second, other, halves.get(0), halves.get(1), read);
        assertThat(commit(rows::parked)).isEqualTo(Map.of("v", 6L, "w", 1L));
    }

    @Test
    void texts_that_postgres_cannot_hold_do_not_keep_a_letter_from_being_stored() {
        NewLetter letter = letters.failed("v", "1");
        LetterError error = new LetterError("x\u0000y", "m\u0000", "s\u0000t");
        park(new NewLetter(
                "v", letter.change(), letter.keys(), 1, Optional.of(error), letter.firstFailedAt(), Optional.empty()));
        long id = page(ALL).get(0).id();

        assertThat(page(ALL).get(0).error()).contains(new LetterError("x y", "m ", "s t"));
        commit(connection -> {
            rows.failedAgain(connection, Map.of(id, error));
            rows.discard(connection, List.of(id), "r\u0000");
            return true;
        });
        assertThat(database.queryString("select note from cdc_dead_letter")).isEqualTo("r ");
    }

    @Test
    void very_long_keys_and_values_are_stored_and_large_rows_come_in_smaller_pages() {
        String long1 = "1" + "k".repeat(100_000);
        park(
                letters.failed("v", letters.update(long1, "x".repeat(20_000_000), null)),
                letters.failed("v", letters.update("2", "y".repeat(20_000_000), null)),
                letters.failed("v", letters.update("3", "z".repeat(20_000_000), null)));

        List<DeadLetter> first = page(ALL);
        assertThat(first).hasSize(2);
        assertThat(first.get(0).change().after().texts().get(1)).hasSize(20_000_000);
        assertThat(first.get(0).keys()).containsExactly(keyOf(long1));
        assertThat(list(connection -> rows.lock(
                        connection, ALL, LinkedKeys.none(), first.get(1).id(), 10)))
                .hasSize(1);
    }

    @Test
    void another_failure_is_counted_and_the_first_one_of_a_letter_that_waited_is_dated() {
        park(letters.failed("v", "1"), letters.behind("v", "1"));
        List<DeadLetter> before = page(ALL);
        LetterError error = new LetterError("java.lang.Error", "again", "at z");

        commit(connection -> {
            rows.failedAgain(
                    connection, Map.of(before.get(0).id(), error, before.get(1).id(), error));
            return true;
        });
        List<DeadLetter> after = page(ALL);
        assertThat(after.get(0).attempts()).isEqualTo(4);
        assertThat(after.get(0).error()).contains(error);
        assertThat(after.get(0).firstFailedAt()).isEqualTo(before.get(0).firstFailedAt());
        assertThat(after.get(0).lastFailedAt()).isAfter(before.get(0).lastFailedAt());
        assertThat(after.get(1).attempts()).isEqualTo(1);
        assertThat(after.get(1).firstFailedAt()).isEqualTo(after.get(1).lastFailedAt());
    }

    @Test
    void the_letters_of_a_truncated_table_are_discarded_and_no_others() {
        park(
                letters.failed("v", "1"),
                letters.failed("w", "1"),
                letters.failed("v", letters.change(Operation.TRUNCATE)));
        park(letters.failed("v", "2"));
        long truncate = page(ALL.projection("v")).get(1).id();

        List<ParkedLetter> discarded =
                commit(connection -> rows.discardOfTable(connection, "v", ORDERS, "truncated", truncate));

        assertThat(discarded).singleElement().satisfies(letter -> {
            assertThat(letter.keys()).containsExactly(keyOf("1"));
            assertThat(letter.isParked()).isTrue();
        });
        assertThat(page(ALL)).hasSize(3);
        assertThat(list(connection -> rows.discardOfTable(connection, "v", ORDERS, "truncated")))
                .hasSize(2);
        assertThat(database.queryStrings("select distinct note from cdc_dead_letter where state = 'DISCARDED'"))
                .containsExactly("truncated");
    }

    @Test
    void a_filter_by_key_means_all_that_rows_with_changed_keys_link() {
        park(letters.failed("v", "1"));
        park(letters.moved("v", "1", "2"));
        park(letters.failed("v", "2"), letters.failed("v", "9"), letters.failed("w", "2"));
        park(letters.moved("v", "2", "3"));
        park(letters.failed("w", "1"));

        assertThat(keysOf(linkedPage(ALL.key(ORDERS, "3"))))
                .containsExactly("v 1", "v 1", "v 1 2", "v 2", "v 2", "v 2 3");
        assertThat(keysOf(linkedPage(ALL.key(ORDERS, "2").projection("w")))).containsExactly("w 2");
        assertThat(keysOf(linkedPage(ALL.key(ORDERS, "9")))).containsExactly("v 9");
        assertThat(keysOf(page(ALL.key(ORDERS, "3")))).as("not linked").containsExactly("v 2 3");
    }

    @Test
    void a_letter_for_the_whole_table_links_every_row_of_it() {
        park(
                letters.failed("v", "1"),
                letters.failed("v", letters.change(Operation.TRUNCATE)),
                letters.failed("v", "2"));
        park(letters.failed("w", "1"), letters.failed("w", "2"));

        assertThat(linkedPage(ALL.key(ORDERS, "2"))).hasSize(4);
        assertThat(keysOf(linkedPage(ALL.key(ORDERS, "2").projection("w")))).containsExactly("w 2");
    }

    @Test
    void a_letter_waits_for_earlier_ones_of_its_projection_that_share_a_key_and_are_not_meant() {
        park(letters.failed("v", "1"), letters.failed("v", "2"), letters.failed("w", "1"));
        park(letters.moved("v", "3", "1"));
        park(
                letters.failed("v", "3"),
                letters.failed("v", "4"),
                letters.failed("v", letters.change(Operation.TRUNCATE)));
        List<DeadLetter> all = page(ALL);

        RemainingLetters remaining = commit(connection -> rows.remainingBefore(connection, all.subList(1, all.size())));
        assertThat(all.stream().map(remaining::holds))
                .as("1, 2, w 1, delete of 3, create of 1 from 3, 3, 4, the whole table")
                .containsExactly(false, false, false, false, true, false, false, true);

        remaining.add(all.get(4));
        assertThat(all.stream().map(remaining::holds))
                .as("and then 3 waits for the move")
                .containsExactly(false, false, false, false, true, true, false, true);
    }

    @Test
    void the_second_half_of_a_changed_key_is_found_for_its_first() {
        park(letters.moved("v", "1", "2"));
        park(letters.failed("v", "2"));
        List<DeadLetter> all = page(ALL);

        assertThat(list(connection -> rows.lockSecondHalves(connection, all.subList(0, 1))))
                .extracting(DeadLetter::id)
                .containsExactly(all.get(1).id());
        assertThat(list(connection -> rows.lockSecondHalves(connection, all))).isEmpty();
        assertThat(list(connection -> rows.lockSecondHalves(connection, all.subList(2, 3))))
                .isEmpty();
    }

    @Test
    void by_age_whole_chains_are_cut_whose_newest_letter_is_too_old() {
        park(letters.failed("v", "1"), letters.failed("v", "2"), letters.behind("v", "1"), letters.failed("w", "2"));
        List<DeadLetter> all = page(ALL);
        commit(connection -> {
            rows.discard(connection, List.of(all.get(3).id()), "no use");
            return true;
        });
        database.execute("update cdc_dead_letter set parked_at = now() - interval '2 hours' where id <> "
                + all.get(2).id());

        DeadLetterRetention hour = DeadLetterRetention.forever().maxAge(Duration.ofHours(1));
        assertThat(cut(hour, 100))
                .containsExactlyInAnyOrder(all.get(1).id(), all.get(3).id());
        assertThat(cut(hour, 100)).isEmpty();
        assertThat(page(ALL)).hasSize(2);
    }

    @Test
    void by_number_the_oldest_chains_are_cut_and_never_a_part_of_one() {
        park(letters.failed("v", "1"), letters.behind("v", "1"), letters.behind("v", "1"));
        park(letters.failed("v", "2"), letters.behind("v", "2"));
        park(letters.failed("v", "3"));
        List<DeadLetter> all = page(ALL);
        database.execute("update cdc_dead_letter set parked_at = now() + id * interval '1 second'");
        DeadLetterRetention four = DeadLetterRetention.forever().maxCount(4);

        assertThat(cut(DeadLetterRetention.forever().maxCount(6), 100)).isEmpty();
        assertThat(cut(DeadLetterRetention.forever(), 100)).isEmpty();
        assertThat(cut(four, 1))
                .as("a chain that is longer than a step")
                .containsExactlyInAnyOrder(
                        all.get(0).id(), all.get(1).id(), all.get(2).id());
        assertThat(cut(four, 100)).isEmpty();
        assertThat(cut(DeadLetterRetention.forever().maxCount(1), 2)).hasSize(2);
        assertThat(page(ALL))
                .extracting(DeadLetter::id)
                .containsExactly(all.get(5).id());
    }

    @Test
    void both_files_of_the_schema_make_the_same_table() {
        assertThat(deadLetters(JdbcSchema.HOME.ddl())).isEqualTo(deadLetters(JdbcSchema.TARGET.ddl()));
    }

    private static List<String> deadLetters(String ddl) {
        List<String> statements = new ArrayList<>();
        for (String statement : ddl.replaceAll("(?m)^--.*\n", "").split(";\n")) {
            if (statement.contains("cdc_dead_letter")) {
                statements.add(statement.strip());
            }
        }
        assertThat(statements).hasSize(3);
        return statements;
    }

    private void park(NewLetter... some) {
        park(List.of(some));
    }

    private void park(List<NewLetter> some) {
        commit(connection -> {
            rows.insert(connection, some);
            return true;
        });
    }

    private List<NewLetter> parkNew(NewLetter... some) {
        return commit(connection -> rows.insertNew(connection, List.of(some)));
    }

    private List<Long> cut(DeadLetterRetention retention, int most) {
        return commit(connection -> rows.cut(connection, retention, most)).stream()
                .map(ParkedLetter::id)
                .toList();
    }

    private List<DeadLetter> page(DeadLetterFilter filter) {
        return commit(connection -> page(connection, filter));
    }

    private List<DeadLetter> page(Connection connection, DeadLetterFilter filter) throws SQLException {
        return rows.lock(connection, filter, LinkedKeys.none(), 0, 1_000);
    }

    private List<DeadLetter> linkedPage(DeadLetterFilter filter) {
        return commit(connection -> rows.lock(connection, filter, rows.linked(connection, filter), 0, 1_000));
    }

    /** Projection and ids of each letter. */
    private static List<String> keysOf(List<DeadLetter> some) {
        List<String> keys = new ArrayList<>();
        for (DeadLetter letter : some) {
            List<String> ids = new ArrayList<>(letter.keys());
            ids.replaceAll(key -> key.substring(keyOf("1").length() - 1));
            Collections.sort(ids);
            keys.add(letter.projection() + " " + String.join(" ", ids));
        }
        Collections.sort(keys);
        return keys;
    }

    private <T> List<T> list(Call<List<T>> call) {
        return commit(call);
    }

    private <T> T commit(Call<T> call) {
        try (BoundedTransaction transaction = BoundedTransaction.begin(database.dataSource())) {
            T result = call.run(transaction.connection());
            transaction.commit();
            return result;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
