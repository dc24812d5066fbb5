package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.SchemaDrift;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.TargetSession;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mirror of a table with a key, before and after DDL at the source. */
class MirrorProjectionIT {
    private static final String MIRROR = "copy.orders";

    private final Changes orders = Changes.typed("public.orders", 1, "id bigint", "note text", "total numeric(10,2)");
    private final Changes wider =
            Changes.typed("public.orders", 1, "id bigint", "note text", "total numeric(10,2)", "size integer");
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("mirror");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private static MirrorProjectionBuilder mirror() {
        return MirrorProjection.from("public.orders").into(MIRROR).createTable();
    }

    private TargetUnderTest target(MirrorProjectionBuilder mirror, Changes source) {
        return new TargetUnderTest(
                JdbcTarget.named("copy", database.dataSource()).project(mirror.build()), source);
    }

    private List<String> rows() {
        return database.queryStrings("select o::text from copy.orders o order by 1");
    }

    private static LoadState loaded() {
        return LoadState.none()
                .wanting(Map.of(OrderView.ORDERS.name(), Map.of(MIRROR, Set.of())), TableLoad.PENDING)
                .advance(null, 1, Map.of(OrderView.ORDERS.name(), TableLoad.SUCCEEDED));
    }

    private static Optional<LoadKind> loads(TargetSession session) {
        return session.offset().orElseThrow().load().loads(OrderView.ORDERS.name(), MIRROR);
    }

    @Test
    void makes_the_table_and_writes_rows() {
        TargetUnderTest target = target(mirror(), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(
                    session,
                    orders.create("1", "a", "1.50"),
                    orders.create("2", null, null),
                    orders.create("3", "c", "3.00"),
                    orders.update("1", TextRow.UNCHANGED, "2.50"));
            target.apply(session, orders.delete("3"), orders.update("2", "b", TextRow.UNCHANGED));
            assertThat(rows()).containsExactly("(1,a,2.50)", "(2,b,)");

            target.apply(session, orders.delete("2"), orders.createMoved("2", "5", TextRow.UNCHANGED, "0.10"));
            assertThat(rows()).containsExactly("(1,a,2.50)", "(5,b,0.10)");

            target.apply(session, orders.truncate(), orders.create("9", "z", "9.00"));
            assertThat(rows()).containsExactly("(9,z,9.00)");
        }
        assertThat(database.queryStrings("select format_type(atttypid, atttypmod) from pg_attribute"
                        + " where attrelid = 'copy.orders'::regclass and attnum > 0 order by attnum"))
                .containsExactly("bigint", "text", "numeric(10,2)");
        assertThatThrownBy(() -> database.execute("insert into copy.orders (id) values (9)"))
                .hasMessageContaining("orders_pkey");
    }

    @Test
    void adds_a_column_before_the_first_row_that_has_it_and_asks_for_the_table_again() {
        TargetUnderTest target = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00"), orders.create("2", "b", "1.00")), loaded());
            assertThat(loads(session)).isEmpty();

            target.apply(
                    session,
                    List.of(
                            orders.create("3", "c", "1.00"),
                            wider.update("1", TextRow.UNCHANGED, "2.00", "7"),
                            wider.create("4", "d", "1.00", "8")),
                    loaded());

            assertThat(rows()).containsExactly("(1,a,2.00,7)", "(2,b,1.00,)", "(3,c,1.00,)", "(4,d,1.00,8)");
            assertThat(loads(session)).contains(LoadKind.REPLACE);
        }
    }

    @Test
    void is_equal_to_the_source_once_it_is_loaded_again() {
        TargetUnderTest target = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), orders);
        LoadState load;
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00"), orders.create("2", "b", "1.00")), loaded());
            load = target.apply(session, List.of(wider.create("3", "c", "1.00", "5")), loaded())
                    .load();
            load = session.offset().orElseThrow().load();
        }
        TargetUnderTest later = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), wider);
        try (TargetSession session = later.open(2)) {
            later.apply(
                    session,
                    List.of(wider.read("1", "a", "1.00", "5"), wider.read("3", "c", "1.00", "5")),
                    load.advance("load", 2, Map.of()));
            later.apply(
                    session, List.of(), load.advance(null, 3, Map.of(OrderView.ORDERS.name(), TableLoad.SUCCEEDED)));

            assertThat(rows()).containsExactly("(1,a,1.00,5)", "(3,c,1.00,5)");
            assertThat(loads(session)).isEmpty();
        }
        try (TargetSession session = later.open(3)) {
            assertThat(loads(session)).as("asked for once only").isEmpty();
        }
    }

    @Test
    void a_load_in_whose_middle_the_source_was_altered_is_repeated_and_removes_nothing() {
        TargetUnderTest target = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), orders);
        LoadState loading = LoadState.none()
                .wanting(Map.of(OrderView.ORDERS.name(), Map.of(MIRROR, Set.of())), TableLoad.PENDING)
                .advance("first", 1, Map.of());
        LoadState repeated;
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.read("1", "a", "1.00")), loading);
            target.apply(
                    session, List.of(wider.update("1", "b", "1.00", "5"), wider.read("2", "c", "1.00", "5")), loading);
            target.apply(session, List.of(), end(session));
            assertThat(rows()).containsExactly("(1,b,1.00,5)", "(2,c,1.00,5)");
            repeated = session.offset().orElseThrow().load();
            assertThat(repeated.unread()).containsExactly(OrderView.ORDERS.name());
        }
        TargetUnderTest later = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), wider);
        try (TargetSession session = later.open(2)) {
            later.apply(session, List.of(wider.read("2", "c", "1.00", "5")), repeated.advance("second", 2, Map.of()));
            later.apply(session, List.of(), end(session));
            assertThat(rows()).as("the source has lost row 1").containsExactly("(2,c,1.00,5)");
            assertThat(session.offset().orElseThrow().load().unread()).isEmpty();
        }
    }

    private static LoadState end(TargetSession session) {
        LoadState load = session.offset().orElseThrow().load();
        return load.advance(null, load.step() + 1, Map.of(OrderView.ORDERS.name(), TableLoad.SUCCEEDED));
    }

    @Test
    void leaves_a_new_column_out_unless_told_to_add_it() {
        TargetUnderTest target = target(mirror(), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(
                    session, List.of(orders.create("1", "a", "1.00"), wider.create("2", "b", "1.00", "7")), loaded());
            assertThat(rows()).containsExactly("(1,a,1.00)", "(2,b,1.00)");
            assertThat(loads(session)).isEmpty();
        }
    }

    @Test
    void leaves_a_column_alone_that_the_source_has_dropped() {
        Changes narrower = Changes.typed("public.orders", 1, "id bigint", "note text");
        TargetUnderTest target = target(mirror(), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(
                    session,
                    List.of(orders.create("1", "a", "1.00"), narrower.update("1", "b"), narrower.create("2", "c")),
                    loaded());
            assertThat(rows()).containsExactly("(1,b,1.00)", "(2,c,)");
            assertThat(loads(session)).isEmpty();
        }
    }

    @Test
    void gets_the_key_that_the_source_gets() {
        Changes byNote = Changes.typed("public.orders", 1, "note text", "id bigint", "total numeric(10,2)");
        TargetUnderTest target = target(mirror(), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00"), orders.create("2", "b", "1.00")), loaded());
            target.apply(
                    session,
                    List.of(byNote.update("a", "7", "2.00"), byNote.delete("b"), byNote.create("c", "7", "3.00")),
                    loaded());

            assertThat(rows()).containsExactly("(7,a,2.00)", "(7,c,3.00)");
            assertThat(loads(session)).contains(LoadKind.REPLACE);
        }
    }

    @Test
    void names_the_column_whose_values_do_not_fit_any_more() {
        Changes retyped = Changes.typed("public.orders", 1, "id bigint", "note text", "total text");
        TargetUnderTest target = target(mirror(), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00"), retyped.create("2", "b", "2.00")), loaded());
            assertThatThrownBy(() -> target.apply(session, retyped.create("3", "c", "much")))
                    .isInstanceOf(SchemaDrift.class)
                    .hasMessageContaining("[db0] target 'copy' mirror of public.orders in 'copy.orders'")
                    .hasMessageContaining("alter table \"copy\".\"orders\" alter column \"total\" type text");

            database.execute("alter table copy.orders alter column total type text");
            session.recover();
            target.apply(session, retyped.create("3", "c", "much"));
            assertThat(rows()).containsExactly("(1,a,1.00)", "(2,b,2.00)", "(3,c,much)");
        }
    }

    @Test
    void a_label_that_the_target_lacks_is_not_taken_for_a_column_of_another_type() {
        database.execute("create type mood as enum ('sad')", "create domain \"My grade\" as integer");
        Changes moods = Changes.typed(
                "public.orders",
                1,
                "id bigint",
                "mood public.mood",
                "moods public.mood[]",
                "grade public.\"My grade\"",
                "grades public.\"My grade\"[]");
        TargetUnderTest target = target(mirror(), moods);
        try (TargetSession session = target.open(1)) {
            assertThatThrownBy(() -> target.apply(session, moods.create("1", "happy", "{sad}", "1", "{2}")))
                    .isNotInstanceOf(SchemaDrift.class)
                    .hasMessageContaining("invalid input value for enum mood: \"happy\"");
            database.execute("alter type mood add value 'happy'");
            session.recover();
            target.apply(session, moods.create("1", "happy", "{sad}", "1", "{2}"));
            assertThat(rows()).containsExactly("(1,happy,{sad},1,{2})");
        }
    }

    @Test
    void alters_a_column_of_its_own_table_that_gets_another_type() {
        Changes texts = Changes.typed("public.orders", 1, "id bigint", "note text", "total text");
        Changes dates = Changes.typed("public.orders", 1, "id bigint", "note text", "total date");
        Changes uuids = Changes.typed("public.orders", 1, "id uuid", "note text", "total date");
        String uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
        TargetUnderTest target = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00")), loaded());
            target.apply(session, List.of(texts.create("2", "b", "much")), loaded());
            assertThat(rows()).containsExactly("(1,a,1.00)", "(2,b,much)");
            assertThat(loads(session)).contains(LoadKind.REPLACE);

            target.apply(session, List.of(dates.create("3", "c", "2026-11-20")), loaded());
            assertThat(rows())
                    .as("what is no date comes with the load")
                    .containsExactly("(1,a,)", "(2,b,)", "(3,c,2026-11-20)");

            target.apply(session, List.of(uuids.create(uuid, "d", "2026-11-20")), loaded());
            assertThat(rows()).as("nor a key").containsExactly("(" + uuid + ",d,2026-11-20)");
        }
    }

    @Test
    void keeps_the_type_of_a_column_that_a_view_stands_on() {
        Changes texts = Changes.typed("public.orders", 1, "id bigint", "note text", "total text");
        TargetUnderTest target = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), orders);
        try (TargetSession session = target.open(1)) {
            database.execute("create view totals as select sum(total) from copy.orders");
            target.apply(session, List.of(orders.create("1", "a", "1.00"), texts.create("2", "b", "2.00")), loaded());
            assertThat(rows()).containsExactly("(1,a,1.00)", "(2,b,2.00)");
        }
    }

    @Test
    void refuses_a_type_whose_values_the_column_would_round() {
        Changes finer = Changes.typed("public.orders", 1, "id bigint", "note text", "total numeric(10,4)");
        TargetUnderTest target = target(mirror(), orders);
        try (TargetSession session = target.open(1)) {
            assertThatThrownBy(() -> target.apply(session, finer.create("1", "a", "1.2345")))
                    .isInstanceOf(SchemaDrift.class)
                    .hasMessageContaining("'public.orders.total' is numeric(10,4), but the mirror's is numeric(10,2)");
        }
    }

    @Test
    void a_batch_that_is_rolled_back_leaves_no_trace_of_its_ddl() {
        TargetUnderTest target = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00")), loaded());
            assertThatThrownBy(() -> target.apply(session, wider.create("2", "b", "1.00", "many")))
                    .isInstanceOf(CdcException.class);
            session.recover();
            target.apply(session, List.of(wider.create("2", "b", "1.00", "5")), loaded());

            assertThat(rows()).containsExactly("(1,a,1.00,)", "(2,b,1.00,5)");
            assertThat(loads(session)).contains(LoadKind.REPLACE);
        }
    }

    @Test
    void writes_neither_generated_nor_loses_identity_columns_of_a_table_of_yours() {
        database.execute(
                "create schema copy",
                "create table copy.orders (id bigint generated always as identity primary key, note text,"
                        + " total numeric generated always as (id * 2) stored)");
        TargetUnderTest target = target(MirrorProjection.from("public.orders").into(MIRROR), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(session, orders.create("7", "a", "1.00"), orders.update("7", "b", "1.00"));
            assertThat(rows()).containsExactly("(7,b,14)");
        }
    }

    @Test
    void computes_a_column_that_the_source_computes() {
        TargetUnderTest target = target(mirror(), orders)
                .definition(orders.definitionWithGenerated("twice", "numeric", "total * (2)::numeric"));
        try (TargetSession session = target.open(1)) {
            target.apply(session, orders.create("1", "a", "1.50"));
            assertThat(rows()).containsExactly("(1,a,1.50,3.00)");
        }
        database.execute("alter table copy.orders alter column twice drop expression");
        assertThatThrownBy(() -> target.open(2))
                .isInstanceOf(SchemaDrift.class)
                .hasMessageContaining("column 'public.orders.twice' is generated and not streamed");
    }

    @Test
    void names_a_type_that_the_target_does_not_have() {
        Changes moods = Changes.typed("public.orders", 1, "id bigint", "mood public.mood");
        TargetUnderTest target = target(mirror(), moods);
        assertThatThrownBy(() -> target.open(1))
                .isInstanceOf(SchemaDrift.class)
                .hasMessageContaining("column 'copy.orders.mood' cannot be made: the source's type 'public.mood'");
    }

    @Test
    void several_shards_fill_one_table_by_the_shard_column() {
        TargetUnderTest db0 = target(mirror().shardColumn("shard"), orders).shard("db0", 2);
        TargetUnderTest db1 = target(mirror().shardColumn("shard"), orders).shard("db1", 2);
        try (TargetSession first = db0.open(1);
                TargetSession second = db1.open(1)) {
            db0.apply(first, orders.create("1", "a", "1.00"));
            db1.apply(second, orders.create("1", "b", "1.00"), orders.create("2", "b", "1.00"));
            assertThat(rows()).containsExactly("(1,a,1.00,db0)", "(1,b,1.00,db1)", "(2,b,1.00,db1)");

            db1.apply(second, orders.truncate());
            assertThat(rows()).containsExactly("(1,a,1.00,db0)");
        }
    }

    @Test
    void opens_at_once_in_several_shards() throws Exception {
        List<Thread> threads = new java.util.ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
        for (String shard : Arrays.asList("db0", "db1", "db2", "db3")) {
            Thread thread = new Thread(() -> {
                try {
                    target(mirror().shardColumn("shard"), orders)
                            .shard(shard, 4)
                            .open(1)
                            .close();
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void does_not_ask_for_a_load_that_its_table_cannot_have() {
        TargetUnderTest target =
                target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), orders).definition(orders.definitionNotLoadable());
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00")), loaded());
            target.apply(session, List.of(wider.create("2", "b", "1.00", "7")), loaded());
            assertThat(rows()).containsExactly("(1,a,1.00,)", "(2,b,1.00,7)");
            assertThat(loads(session)).isEmpty();
        }
        target.definition(wider.definition());
        try (TargetSession session = target.open(2)) {
            assertThat(loads(session))
                    .as("there is nothing noted to be asked for later")
                    .isEmpty();
        }
    }

    @Test
    void takes_back_what_it_asked_for_when_its_table_cannot_be_loaded_any_more() {
        TargetUnderTest target = target(mirror().evolve(SchemaEvolution.ADD_COLUMNS), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00")), loaded());
            target.apply(session, List.of(wider.create("2", "b", "1.00", "7")), loaded());
            assertThat(loads(session)).contains(LoadKind.REPLACE);
        }
        assertThat(database.queryStrings("select outdated::text from cdc_mirror"))
                .containsExactly("true");

        target.definition(wider.definitionNotLoadable());
        target.open(2).close();
        assertThat(database.queryStrings("select outdated::text from cdc_mirror"))
                .containsExactly("false");
    }

    @Test
    void is_loaded_again_when_it_was_dropped_by_hand() {
        TargetUnderTest target = target(mirror(), orders);
        try (TargetSession session = target.open(1)) {
            target.apply(session, List.of(orders.create("1", "a", "1.00")), loaded());
        }
        database.execute("drop table copy.orders");
        try (TargetSession session = target.open(2)) {
            assertThat(loads(session)).contains(LoadKind.REPLACE);
        }
    }
}
