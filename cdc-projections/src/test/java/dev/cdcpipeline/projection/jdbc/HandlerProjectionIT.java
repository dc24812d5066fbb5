package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.RejectedChange;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.target.TargetSession;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Code of a user's within the target's transaction. */
class HandlerProjectionIT {

    record Contact(String id, String name) {}

    private static final SourceTable<Contact> CONTACTS = SourceTable.of("public.contacts", Contact.class);

    private final Changes contacts = new Changes("public.contacts", 1, "id", "name");
    private OrderView view;

    @BeforeEach
    void create() {
        view = new OrderView();
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @Test
    void hears_of_all_its_tables_in_stream_order_as_records() {
        List<String> heard = new ArrayList<>();
        HandlerProjection projection = HandlerProjection.named("all")
                .on(
                        CONTACTS,
                        (change, handle) -> heard.add(change.operation() + " "
                                + (change.after() == null ? "-" : change.after().name())))
                .on(OrderView.ORDERS, (change, handle) -> heard.add(change.operation() + " order"));
        TargetUnderTest test = new TargetUnderTest(view.target(projection), view.orders, contacts);
        try (TargetSession session = test.open(1)) {
            test.apply(
                    session,
                    List.of(
                            contacts.create("1", "Ann"),
                            view.orders.read("1", "a", "x", "n"),
                            contacts.update("1", "Bob"),
                            view.orders.truncate(),
                            contacts.delete("1")),
                    OrderView.loading("all"));
        }
        assertThat(heard).containsExactly("CREATE Ann", "READ order", "UPDATE Bob", "TRUNCATE order", "DELETE -");
    }

    @Test
    void commits_what_it_wrote_with_the_batch_also_from_a_nested_transaction() {
        TargetUnderTest test = contactsHandledBy((change, handle) -> handle.useTransaction(nested -> nested.execute(
                "insert into order_view (id, customer) values (?, ?)",
                Integer.valueOf(change.after().id()),
                change.after().name())));
        try (TargetSession session = test.open(1)) {
            test.apply(session, contacts.create("1", "Ann"), contacts.create("2", "Bob"));
        }
        assertThat(view.rows()).containsExactly("1|Ann", "2|Bob");
    }

    @Test
    void may_roll_back_to_its_own_savepoint() {
        TargetUnderTest test = contactsHandledBy((change, handle) -> {
            handle.execute("insert into order_view (id, customer) values (1, 'kept')");
            handle.savepoint("before");
            handle.execute("insert into order_view (id, customer) values (2, 'not kept')");
            handle.rollbackToSavepoint("before");
        });
        try (TargetSession session = test.open(1)) {
            test.apply(session, contacts.create("1", "Ann"));
        }
        assertThat(view.rows()).containsExactly("1|kept");
    }

    static Stream<ChangeHandler<Contact>> thatEndTheTransaction() {
        return Stream.of(
                (change, handle) -> handle.commit(),
                (change, handle) -> handle.rollback(),
                (change, handle) -> handle.close(),
                (change, handle) -> handle.execute("commit"),
                (change, handle) -> handle.execute(" /* really */ ROLLBACK;"),
                (change, handle) -> handle.execute("select 1; end"),
                (change, handle) -> handle.createScript("commit").execute(),
                (change, handle) -> handle.getConnection().createStatement().execute("Commit"),
                (change, handle) -> handle.getConnection().commit(),
                (change, handle) -> handle.getConnection().setAutoCommit(true));
    }

    @ParameterizedTest
    @MethodSource("thatEndTheTransaction")
    void cannot_end_the_transaction(ChangeHandler<Contact> ending) {
        TargetUnderTest test = contactsHandledBy((change, handle) -> {
            handle.execute("insert into order_view (id) values (1)");
            ending.handle(change, handle);
        });
        try (TargetSession session = test.open(1)) {
            assertThatThrownBy(() -> test.apply(session, contacts.create("1", "Ann")))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("the transaction belongs to the target");
            session.recover();
            assertThat(session.offset()).isEmpty();
        }
        assertThat(view.rows()).isEmpty();
    }

    @Test
    void runs_in_the_time_zone_of_the_users_session() {
        List<String> zones = new ArrayList<>();
        HandlerProjection projection = HandlerProjection.named("contacts")
                .on(
                        CONTACTS,
                        (change, handle) -> zones.add(handle.createQuery("select current_setting('TimeZone')")
                                .mapTo(String.class)
                                .one()));
        try (HikariDataSource inTokyo = new HikariDataSource()) {
            inTokyo.setDataSource(view.database.dataSource());
            inTokyo.setConnectionInitSql("set timezone = 'Asia/Tokyo'");
            TargetUnderTest test =
                    new TargetUnderTest(JdbcTarget.named("read-model", inTokyo).project(projection), contacts);
            try (TargetSession session = test.open(1)) {
                test.apply(session, contacts.create("1", "Ann"));
                test.apply(session, contacts.create("2", "Bob"));
            }
        }
        assertThat(zones).containsExactly("Asia/Tokyo", "Asia/Tokyo");
    }

    @Test
    void cannot_hide_a_failed_statement() {
        TargetUnderTest test = contactsHandledBy((change, handle) -> {
            try {
                handle.execute("select 1/0");
            } catch (RuntimeException swallowed) {
                // The transaction is broken all the same.
            }
        });
        try (TargetSession session = test.open(1)) {
            assertThatThrownBy(() -> test.apply(session, contacts.create("1", "Ann")))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("projection 'contacts' swallowed the failure of a statement");
            session.recover();
            assertThat(session.offset()).isEmpty();
        }
    }

    @Test
    void fails_for_good_or_for_now_by_the_sql_state_or_as_it_asks() {
        assertThat(failureOf((change, handle) -> handle.execute("select nothing")))
                .isNotInstanceOf(TransientFailure.class)
                .hasMessageContaining("column \"nothing\" does not exist");
        assertThat(failureOf((change, handle) -> {
                    throw new SQLException("deadlock detected", "40P01");
                }))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("failed at CREATE of public.contacts at 1/");
        assertThat(failureOf((change, handle) -> {
                    throw new TransientFailure("not now");
                }))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("not now");
        assertThat(failureOf((change, handle) -> {
                    throw new TransientFailure("the other table is not there yet", new SQLException("none", "42P01"));
                }))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("the other table is not there yet");
        assertThat(failureOf((change, handle) -> {
                    throw new RejectedChange("no such country");
                }))
                .isInstanceOf(RejectedChange.class)
                .hasMessageStartingWith(
                        "[db0] target 'read-model' projection 'contacts' rejected CREATE of public.contacts at 1/")
                .hasMessageEndingWith(": no such country");
        assertThat(failureOf((change, handle) -> {
                    throw new Exception("checked");
                }))
                .isInstanceOf(CdcException.class)
                .isNotInstanceOf(TransientFailure.class);
    }

    @Test
    void runs_after_an_earlier_projection_and_sees_what_it_wrote() {
        List<Integer> seen = new ArrayList<>();
        JdbcTarget target = view.target()
                .project(HandlerProjection.named("after")
                        .on(
                                OrderView.ORDERS,
                                (Change<OrderView.Order> change, Handle handle) ->
                                        seen.add(handle.createQuery("select count(*) from order_view")
                                                .mapTo(Integer.class)
                                                .one())));
        TargetUnderTest test = new TargetUnderTest(target, view.orders);
        try (TargetSession session = test.open(1)) {
            test.apply(session, view.orders.create("1", "a", "x", "n"), view.orders.create("2", "b", "x", "n"));
        }
        assertThat(seen).containsExactly(2, 2);
    }

    @Test
    void has_one_handler_for_a_table() {
        HandlerProjection projection = HandlerProjection.named("twice").on(CONTACTS, (change, handle) -> {});
        assertThatThrownBy(() -> projection.on(CONTACTS, (change, handle) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("public.contacts");
    }

    private Throwable failureOf(ChangeHandler<Contact> handler) {
        TargetUnderTest test = contactsHandledBy(handler);
        try (TargetSession session = test.open(1)) {
            test.apply(session, contacts.create("1", "Ann"));
            return new AssertionError("nothing was thrown");
        } catch (RuntimeException e) {
            return e;
        }
    }

    private TargetUnderTest contactsHandledBy(ChangeHandler<Contact> handler) {
        return new TargetUnderTest(
                view.target(HandlerProjection.named("contacts").on(CONTACTS, handler)), contacts);
    }
}
