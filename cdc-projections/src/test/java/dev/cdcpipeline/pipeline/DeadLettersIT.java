package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.DeadLetters;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.policy.ParkingLimits;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator does with changes that a check constraint of a view refuses, while the pipeline runs. */
class DeadLettersIT {
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();
    private static final ObjectMapper JSON = new ObjectMapper();

    private Bench bench;
    private CdcPipeline pipeline;
    private DeadLetters letters;

    @BeforeEach
    void start() throws InterruptedException {
        bench = new Bench().source("db0");
        bench.readModel().execute("alter table a_view add constraint no_poison check (val <> 'poison')");
        bench.source().execute("insert into a values (1, 'old', 0), (2, 'old', 0), (3, 'old', 0)", "truncate journal");
        pipeline = bench.startLoaded(builder());
        letters = pipeline.deadLetters();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private CdcPipelineBuilder builder() {
        return bench.builder().target(bench.mirror()).leaseTime(Duration.ofSeconds(3));
    }

    @Test
    void a_change_that_fails_is_parked_with_those_of_its_row_that_follow_and_everything_else_flows()
            throws InterruptedException {
        park();

        assertThat(letters.count(ALL)).isEqualTo(Map.of("mirror", Map.of("db0", Map.of("public.a_view", 4L))));
        List<DeadLetter> row1 = letters.list(ALL.key(Item.A.name(), "1"), 10);
        assertThat(row1).hasSize(2);
        assertThat(row1.get(0)).satisfies(poison -> {
            assertThat(poison.isBehindAnother()).isFalse();
            assertThat(poison.attempts()).isEqualTo(3);
            assertThat(poison.error().orElseThrow().message()).contains("no_poison");
            assertThat(poison.change().operation()).isEqualTo(Operation.UPDATE);
            assertThat(letters.find("mirror", poison.id()).orElseThrow())
                    .usingRecursiveComparison()
                    .isEqualTo(poison);
        });
        assertThat(row1.get(1).isBehindAnother()).isTrue();
        assertThat(row1.get(1).attempts()).isZero();
        assertThat(letters.list(ALL.error("NO_POISON"), 10)).hasSize(2);
        assertThat(ids(letters.list(ALL, 1))).containsExactly(row1.get(0).id());
        assertThat(view()).containsExactly("1 old", "2 old", "3 flows");
        bench.assertLogged();
        assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING);
    }

    @Test
    void one_letter_is_replayed_then_those_of_a_row_then_those_of_a_projection() throws InterruptedException {
        park();
        mend();
        DeadLetter first = letters.list(ALL, 1).get(0);

        assertThat(ended(letters.replay(DeadLetterFilter.of(first))).done()).isEqualTo(1);
        assertThat(view()).containsExactly("1 poison", "2 old", "3 flows");

        bench.source().execute("update a set val = 'last' where id = 1");
        bench.awaitApplied(pipeline);
        assertThat(view()).as("still behind another").containsExactly("1 poison", "2 old", "3 flows");

        assertThat(ended(letters.replay(ALL.key(Item.A.name(), "1"))).done()).isEqualTo(2);
        assertThat(view()).containsExactly("1 last", "2 old", "3 flows");

        assertThat(ended(letters.replay(ALL.projection("a_view"))).done()).isEqualTo(2);
        bench.assertNoLetters();
        bench.source().execute("update a set val = 'after', n = 9");
        bench.awaitApplied(pipeline);
        bench.assertExact();
    }

    @Test
    void what_fails_again_stays_with_another_attempt_and_so_does_what_is_behind_it() throws InterruptedException {
        mend();
        bench.readModel().execute("alter table applied add constraint no_poison check (val <> 'poison')");
        park(); // by a handler, which sees each change: of a view, a replay writes the last one
        List<DeadLetter> before = letters.list(ALL, 10);

        LetterOrder order = ended(letters.replay(ALL));

        assertThat(order.state()).isEqualTo(LetterOrder.State.DONE);
        assertThat(List.of(order.done(), order.failed())).containsExactly(0L, 4L);
        List<DeadLetter> after = letters.list(ALL, 10);
        assertThat(after).extracting(DeadLetter::id).containsExactlyElementsOf(ids(before));
        assertThat(after).extracting(DeadLetter::attempts).containsExactly(4, 0, 4, 0);
        assertThat(after.get(0).lastFailedAt()).isAfter(before.get(0).lastFailedAt());
        assertThat(after.get(0).firstFailedAt()).isEqualTo(before.get(0).firstFailedAt());
        bench.assertViewsEqualSources();

        bench.readModel().execute("alter table applied drop constraint no_poison");
        assertThat(ended(letters.replay(ALL)).done()).isEqualTo(4);
        bench.assertExact();
    }

    @Test
    void a_letter_behind_another_stays_if_the_other_is_not_meant() throws InterruptedException {
        park();
        mend();
        List<DeadLetter> row1 = letters.list(ALL.key(Item.A.name(), "1"), 10);

        LetterOrder order = ended(letters.replay(DeadLetterFilter.of(row1.get(1))));

        assertThat(List.of(order.done(), order.failed())).containsExactly(0L, 1L);
        assertThat(view()).containsExactly("1 old", "2 old", "3 flows");
    }

    @Test
    void a_row_is_edited_and_then_replayed() throws InterruptedException {
        park();
        DeadLetter poison = letters.list(ALL, 1).get(0);

        DeadLetter edited = letters.edit("mirror", poison.id(), Map.of("val", "cured"));

        assertThat(edited.change().after().texts()).contains("cured");
        assertThat(edited.original().orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(poison.change().after());
        assertThatThrownBy(() -> letters.edit("mirror", poison.id(), Map.of("colour", "red")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("colour");
        assertThatThrownBy(() -> letters.edit("mirror", poison.id(), Map.of("id", "7")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> letters.edit("mirror", 0, Map.of("val", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'mirror'");

        ended(letters.replay(DeadLetterFilter.of(edited)));
        assertThat(view()).containsExactly("1 cured", "2 old", "3 flows");
        ended(letters.replay(ALL.key(Item.A.name(), "1")));
        assertThat(view()).containsExactly("1 mended", "2 old", "3 flows");
        assertThat(letters.count(ALL.key(Item.A.name(), "1"))).isEmpty();
    }

    @Test
    void what_is_discarded_is_kept_with_the_reason_and_nothing_waits_behind_it() throws InterruptedException {
        park();
        List<DeadLetter> poisons = letters.list(ALL.error("no_poison"), 10);
        assertThatThrownBy(() -> letters.discard(ALL, " ")).isInstanceOf(IllegalArgumentException.class);

        assertThat(ended(letters.discard(ALL.error("no_poison"), "rows of a legacy"))
                        .done())
                .isEqualTo(2);

        assertThat(letters.list(ALL.discarded(), 10)).allSatisfy(letter -> {
            assertThat(letter.note()).isEqualTo("rows of a legacy");
            assertThat(letter.state()).isEqualTo(DeadLetter.State.DISCARDED);
        });
        assertThat(ids(letters.list(ALL.discarded(), 10))).isEqualTo(ids(poisons));
        assertThat(letters.find("mirror", poisons.get(0).id())).isPresent();
        assertThatThrownBy(() -> letters.replay(ALL.discarded())).isInstanceOf(IllegalArgumentException.class);

        assertThat(ended(letters.replay(ALL)).done()).isEqualTo(2);
        bench.assertExact();
        assertThat(letters.count(ALL)).isEmpty();
    }

    @Test
    void letters_are_exported_as_json_lines() throws InterruptedException, IOException {
        park();
        StringBuilder text = new StringBuilder();

        assertThat(letters.export(ALL, text)).isEqualTo(4);

        List<String> lines = text.toString().lines().toList();
        assertThat(lines).hasSize(4);
        List<DeadLetter> listed = letters.list(ALL, 10);
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = JSON.readTree(lines.get(i));
            assertThat(line.path("id").asLong()).isEqualTo(listed.get(i).id());
            assertThat(line.path("target").asText()).isEqualTo("mirror");
            assertThat(line.path("projection").asText()).isEqualTo("public.a_view");
            assertThat(line.path("after").path("val").asText())
                    .isEqualTo(listed.get(i).change().after().texts().get(1));
        }
        assertThat(letters.export(ALL.discarded(), text)).isZero();
    }

    @Test
    void a_process_that_does_not_run_the_shard_can_do_all_of_this() throws InterruptedException {
        park();
        mend();
        DeadLetters console = bench.keep(builder().instance("console").build()).deadLetters();

        assertThat(ids(console.list(ALL, 10))).hasSize(4).isEqualTo(ids(letters.list(ALL, 10)));
        DeadLetter poison = console.list(ALL, 1).get(0);
        console.edit("mirror", poison.id(), Map.of("n", "77")); // what follows puts it right
        String order = console.replay(ALL);
        assertThat(console.await(order, Bench.PATIENCE)).isTrue();

        assertThat(console.orders()).isEqualTo(letters.orders());
        assertThat(console.orders()).extracting(LetterOrder::done).containsExactly(4L);
        bench.assertNoLetters();
        bench.assertExact();
    }

    @Test
    void an_order_to_a_paused_shard_waits_and_is_done_when_it_goes_on() throws InterruptedException {
        park();
        mend();
        pipeline.shard("db0").pause();
        Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.PAUSED));

        String order = letters.replay(ALL);
        assertThat(letters.await(order, Duration.ofSeconds(2))).isFalse();
        assertThat(letters.list(ALL, 10)).hasSize(4);

        pipeline.shard("db0").resume();
        ended(order);
        bench.awaitApplied(pipeline);
        bench.assertExact();
        bench.assertNoLetters();
    }

    @Test
    void an_order_that_a_shard_was_closed_in_the_middle_of_goes_on_in_the_next_process()
            throws InterruptedException, SQLException {
        bench.source().execute("update a set val = 'poison' where id = 1");
        bench.awaitApplied(pipeline);
        bench.source()
                .execute("do $$ begin for i in 1..1200 loop update a set val = 'v' || i, n = i where id = 1;"
                        + " end loop; end $$");
        bench.awaitApplied(pipeline);
        assertThat(letters.list(ALL, 2_000)).hasSize(1_201);
        mend();
        String order;
        try (Connection connection = bench.readModel().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1 from cdc_dead_letter where id = (select id from cdc_dead_letter order by id"
                    + " offset 700 limit 1) for update");
            order = letters.replay(ALL);
            Bench.eventually(
                    () -> assertThat(parked()).as("after the first step").isBetween(1L, 1_200L));
            pipeline.close();
            connection.rollback();
        }
        assertThat(parked()).isGreaterThan(500);

        CdcPipeline again = bench.start(builder());
        assertThat(again.deadLetters().await(order, Bench.PATIENCE)).isTrue();
        bench.awaitApplied(again);
        bench.assertExact();
        bench.assertNoLetters();
    }

    @Test
    void a_shard_that_stopped_because_too_much_is_parked_goes_on_after_an_order_and_a_restart()
            throws InterruptedException {
        park();
        pipeline.close();
        CdcPipeline limited =
                bench.start(builder().parkingLimits(ParkingLimits.standard().parked(4)));
        bench.source().execute("update a set val = 'one more' where id = 1");
        Bench.eventually(() -> assertThat(bench.status(limited).state()).isEqualTo(ShardState.FAILED));
        assertThat(bench.status(limited).lastError().orElseThrow().message()).contains("5 parked changes", "replay");
        mend();

        String order = limited.deadLetters().replay(ALL);
        assertThat(limited.deadLetters().orders())
                .noneMatch(each -> each.state().hasEnded());
        limited.shard("db0").restart();

        assertThat(limited.deadLetters().await(order, Bench.PATIENCE)).isTrue();
        bench.awaitApplied(limited);
        assertThat(bench.status(limited).state()).isEqualTo(ShardState.STREAMING);
        bench.assertExact();
        bench.assertNoLetters();
    }

    @Test
    void a_letter_that_somebody_holds_locked_keeps_its_order_waiting_but_not_the_stream()
            throws InterruptedException, SQLException {
        park();
        mend();
        String order;
        try (Connection connection = bench.readModel().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "update cdc_dead_letter set after = after where id = (select max(id) from cdc_dead_letter)");
            order = letters.replay(ALL);
            Bench.eventually(() -> assertThat(bench.status(pipeline).lastError())
                    .hasValueSatisfying(error -> assertThat(error.message()).contains("cdc_dead_letter")));

            bench.source().execute("update a set val = 'goes on', n = 5 where id = 3");
            bench.awaitApplied(pipeline);
            assertThat(view()).containsExactly("1 old", "2 old", "3 goes on");
            assertThat(letters.await(order, Duration.ZERO)).isFalse();

            bench.readModel().execute("delete from cdc_letter_order");
            ended(letters.discard(ALL.error("nothing of this kind"), "comes after what was taken back"));
            order = letters.replay(ALL);
            connection.rollback();
        }
        assertThat(ended(order).done()).isEqualTo(4);
        bench.assertExact();
        bench.assertNoLetters();
    }

    @Test
    void what_there_is_not_is_refused_and_what_fits_nothing_ends_at_once() throws InterruptedException {
        assertThatThrownBy(() -> letters.replay(ALL.target("gone")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'gone'");
        assertThatThrownBy(() -> letters.replay(ALL.shard("gone")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'gone'");
        assertThatThrownBy(() -> letters.await("gone", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'gone'");
        assertThatThrownBy(() -> letters.list(ALL, 0)).isInstanceOf(IllegalArgumentException.class);

        assertThat(ended(letters.replay(ALL)).done()).isZero();
        park();
        bench.readModel().execute("update cdc_dead_letter set shard = 'gone'");
        assertThatThrownBy(() -> letters.replay(ALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gone")
                .hasMessageContaining("shards");
        bench.readModel().execute("delete from cdc_dead_letter");
        LetterOrder refused = ended(letters.replay(ALL.projection("gone")));
        assertThat(refused.state()).isEqualTo(LetterOrder.State.REFUSED);
        assertThat(refused.note()).contains("'mirror'", "'gone'");
        assertThat(letters.orders()).hasSize(2);
        assertThat(letters.orders().get(0)).isEqualTo(refused);
    }

    /** Two letters of row 1 and two of row 2; row 3 is not concerned. Of changes in one batch the last would do for the view. */
    private void park() throws InterruptedException {
        for (int id = 1; id <= 2; id++) {
            bench.source().execute("update a set val = 'poison', n = 1 where id = " + id);
            bench.awaitApplied(pipeline);
            bench.source().execute("update a set val = 'mended', n = 2 where id = " + id);
            bench.awaitApplied(pipeline);
        }
        bench.source().execute("update a set val = 'flows', n = 1 where id = 3", "insert into b values (1, 'b', 1)");
        bench.awaitApplied(pipeline);
    }

    private void mend() {
        bench.readModel().execute("alter table a_view drop constraint no_poison");
    }

    private LetterOrder ended(String order) throws InterruptedException {
        assertThat(letters.await(order, Bench.PATIENCE))
                .as("order ended in time")
                .isTrue();
        List<LetterOrder> orders = letters.orders().stream()
                .filter(each -> each.id().equals(order))
                .toList();
        assertThat(orders).hasSize(1);
        return orders.get(0);
    }

    private List<String> view() {
        return Bench.rows(bench.readModel(), "select id || ' ' || val from a_view order by id");
    }

    private long parked() {
        return bench.readModel().queryLong("select count(*) from cdc_dead_letter");
    }

    private static List<Long> ids(List<DeadLetter> letters) {
        return letters.stream().map(DeadLetter::id).toList();
    }
}
