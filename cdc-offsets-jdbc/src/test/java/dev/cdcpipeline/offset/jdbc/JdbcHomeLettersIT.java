package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.testkit.contract.StoredLetters.ORDERS;
import static dev.cdcpipeline.testkit.contract.StoredLetters.keyOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.LetterOwner;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import dev.cdcpipeline.testkit.contract.StoredLetters;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters of targets that keep none themselves, as the session of a shard works on them; each call as from another process. */
class JdbcHomeLettersIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();
    private static final LetterError ERROR = new LetterError("java.lang.Error", "again", "at z");

    private final StoredLetters letters = new StoredLetters("db0");
    private TestDatabase database;
    private LetterOwner owner;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("home_letters");
        JdbcOffsets.in(database.dataSource()).prepare();
        owner = owner("db0");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private HomeLetters home() {
        return JdbcOffsets.in(database.dataSource()).deadLetters();
    }

    private LeaseStore leases() {
        return JdbcOffsets.in(database.dataSource()).leases();
    }

    /** Takes the lease anew: whoever had it is fenced. */
    private LetterOwner owner(String shard) {
        ShardId id = new ShardId(shard);
        return new LetterOwner(
                "shop", id, "files", leases().acquire("shop", id, "a", LONG).epoch());
    }

    private LetterOwner ofAnotherTarget() {
        return new LetterOwner("shop", owner.shard(), "other", owner.epoch());
    }

    private void park(NewLetter... some) {
        home().park(owner, List.of(some));
    }

    private List<DeadLetter> parked() {
        return home().list("shop", ALL, 0, 100);
    }

    private List<Long> ids() {
        return parked().stream().map(DeadLetter::id).toList();
    }

    @Test
    void a_change_that_is_stored_already_is_left_out_in_whatever_state_and_a_row_of_a_load_is_stored_again() {
        NewLetter first = letters.failed("v", "1");
        NewLetter second = letters.behind("v", "1");
        NewLetter read = letters.failed("v", letters.change(Operation.READ));
        List<NewLetter> halves = letters.moved("v", "3", "4");

        assertThat(home().park(owner, List.of(first, read))).containsExactly(first, read);
        home().discard(owner, List.of(ids().get(0)), "no use");
        assertThat(home().park(owner, List.of(first, second, read, halves.get(0), halves.get(1))))
                .containsExactly(second, read, halves.get(0), halves.get(1));
        assertThat(home().park(owner, halves)).isEmpty();

        assertThat(parked())
                .extracting(letter -> letter.change().operation())
                .containsExactly(Operation.READ, Operation.UPDATE, Operation.READ, Operation.DELETE, Operation.CREATE);
        assertThat(home().park(ofAnotherTarget(), List.of(first)))
                .as("of another target")
                .containsExactly(first);
    }

    @Test
    void a_letter_is_read_as_it_was_stored() {
        NewLetter failed = letters.failed("v", letters.update("1", "c", null));
        park(failed, letters.behind("v", "1"));

        assertThat(parked()).hasSize(2).first().satisfies(letter -> {
            assertThat(letter.change()).usingRecursiveComparison().isEqualTo(failed.change());
            assertThat(letter.keys()).isEqualTo(failed.keys());
            assertThat(List.of(letter.pipeline(), letter.shard(), letter.target(), letter.projection()))
                    .containsExactly("shop", "db0", "files", "v");
            assertThat(letter.attempts()).isEqualTo(3);
            assertThat(letter.error()).isEqualTo(failed.error());
        });
        assertThat(parked().get(1).isBehindAnother()).isTrue();
        assertThat(home().list("shop", ALL, ids().get(0), 1))
                .extracting(DeadLetter::id)
                .containsExactly(ids().get(1));
        assertThat(home().count("shop", owner.own(ALL))).isEqualTo(Map.of("db0", Map.of("v", 2L)));
    }

    @Test
    void the_keys_are_those_of_its_own_parked_letters() {
        park(letters.failed("v", "1"), letters.behind("v", "1"), letters.failed("w", "1"), letters.failed("v", "2"));
        home().park(ofAnotherTarget(), List.of(letters.failed("v", "9")));
        home().park(owner("db1"), List.of(new StoredLetters("db1").failed("v", "9")));
        home().discard(owner, List.of(ids().get(3)), "no use");

        assertThat(home().parkedKeys(owner)).isEqualTo(Map.of("v", Map.of(keyOf("1"), 2), "w", Map.of(keyOf("1"), 1)));
        assertThat(home().parkedKeys(owner("db2"))).isEmpty();
    }

    @Test
    void a_letter_waits_for_an_earlier_one_that_shares_a_key_and_is_not_asked_for() {
        park(letters.failed("v", "1"), letters.failed("w", "1"), letters.behind("v", "1"), letters.failed("v", "2"));
        home().park(owner, letters.moved("v", "2", "3"));
        List<Long> id = ids();

        assertThat(home().waiting(owner, id)).isEmpty();
        assertThat(home().waiting(owner, List.of())).isEmpty();
        assertThat(home().waiting(owner, id.subList(2, 4))).containsExactly(id.get(2));
        assertThat(home().waiting(owner, id.subList(1, 3)))
                .as("of whichever projection")
                .containsExactly(id.get(1), id.get(2));
        assertThat(home().waiting(owner, List.of(id.get(4), id.get(5)))).containsExactly(id.get(4), id.get(5));
        home().discard(owner, List.of(id.get(0)), "no use");
        home().remove(owner, List.of(id.get(1), id.get(3)));
        assertThat(home().waiting(owner, List.of(id.get(2), id.get(4), id.get(5))))
                .as("what they waited for is gone")
                .isEmpty();
    }

    @Test
    void what_comes_after_a_truncate_of_its_table_waits_for_it() {
        NewLetter truncate = new NewLetter(
                "v",
                letters.change(Operation.TRUNCATE),
                Set.of(LetterKeys.wholeTable(ORDERS)),
                1,
                Optional.of(ERROR),
                letters.failed("v", "0").firstFailedAt(),
                Optional.empty());
        park(letters.failed("v", "1"), truncate, letters.behind("v", "2"));

        assertThat(home().waiting(owner, List.of(ids().get(2)))).containsExactly(ids().get(2));
        assertThat(home().waiting(owner, ids().subList(1, 3))).isEmpty();
    }

    @Test
    void letters_are_removed_tried_again_and_discarded() {
        park(letters.failed("v", "1"), letters.behind("v", "1"), letters.failed("v", "2"));
        List<Long> id = ids();

        home().remove(owner, List.of(id.get(0)));
        home().failedAgain(owner, Map.of(id.get(1), ERROR));
        home().discard(owner, List.of(id.get(2)), "no use");

        assertThat(parked()).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo(id.get(1));
            assertThat(letter.attempts()).isEqualTo(1);
            assertThat(letter.error()).contains(ERROR);
        });
        assertThat(home().list("shop", ALL.discarded(), 0, 10)).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo(id.get(2));
            assertThat(letter.note()).isEqualTo("no use");
        });
    }

    @Test
    void a_cut_takes_the_oldest_with_what_waits_behind_it() {
        park(letters.failed("v", "1"), letters.behind("v", "1"), letters.failed("w", "1"), letters.failed("v", "2"));
        List<Long> id = ids();
        database.execute("update cdc_dead_letter set parked_at = now() + id * interval '1 second'");

        assertThat(home().cut(owner, DeadLetterRetention.forever().maxCount(2), 100))
                .isEqualTo(Map.of("v", 2L));
        assertThat(home().cut(owner, DeadLetterRetention.forever().maxCount(2), 100))
                .isEmpty();

        assertThat(ids()).containsExactly(id.get(2), id.get(3));
    }

    @Test
    void a_shard_that_is_dropped_leaves_none_of_its_own() {
        park(letters.failed("v", "1"), letters.failed("v", "2"));
        home().discard(owner, List.of(ids().get(0)), "no use");
        home().park(owner("db1"), List.of(new StoredLetters("db1").failed("v", "1")));

        home().forget(owner);

        assertThat(database.queryStrings("select shard from cdc_dead_letter")).containsExactly("db1");
    }

    @Test
    void an_owner_whose_lease_was_claimed_since_changes_nothing() {
        park(letters.failed("v", "1"));
        List<Long> id = ids();
        List<String> before = rows();
        owner("db0");

        List<ThrowingCallable> writes = List.of(
                () -> park(letters.failed("v", "2")),
                () -> home().remove(owner, id),
                () -> home().failedAgain(owner, Map.of(id.get(0), ERROR)),
                () -> home().discard(owner, id, "no use"),
                () -> home().cut(owner, DeadLetterRetention.forever().maxCount(1), 10),
                () -> home().forget(owner));
        for (ThrowingCallable write : writes) {
            assertThatThrownBy(write)
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("[db0]")
                    .hasMessageContaining("no dead letter was changed");
        }
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void a_newer_owner_waits_for_a_write_that_has_begun() {
        park(letters.failed("v", "1"));
        List<CompletableFuture<?>> both = new ArrayList<>();
        try (BoundedTransaction blocker = BoundedTransaction.begin(database.dataSource())) {
            HomeDatabase.rows(blocker.connection(), "select 1 from cdc_dead_letter for update", row -> row.getInt(1));
            both.add(CompletableFuture.runAsync(() -> home().remove(owner, ids())));
            awaitBlocked(1);
            both.add(CompletableFuture.runAsync(() -> owner("db0")));
            awaitBlocked(2);
            blocker.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        both.forEach(CompletableFuture::join);

        assertThat(rows()).isEmpty();
    }

    private void awaitBlocked(int sessions) {
        await().until(() -> database.queryLong("select count(*) from pg_stat_activity where datname = '"
                        + database.name() + "' and wait_event_type = 'Lock'")
                == sessions);
    }

    private List<String> rows() {
        return database.queryStrings("select l::text from cdc_dead_letter l order by id");
    }
}
