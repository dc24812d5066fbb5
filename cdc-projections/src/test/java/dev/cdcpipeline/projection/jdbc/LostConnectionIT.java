package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.target.TargetSession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that are killed, cut, or given up in the middle of a batch. */
class LostConnectionIT {

    private final AtomicBoolean cutAfterCommit = new AtomicBoolean();
    private OrderView view;
    private HikariDataSource pool;

    @BeforeEach
    void create() {
        view = new OrderView();
        HikariConfig config = new HikariConfig();
        config.setDataSource(view.database.dataSource());
        config.setMaximumPoolSize(2);
        pool = new HikariDataSource(config);
    }

    @AfterEach
    void drop() {
        pool.close();
        view.close();
    }

    @Test
    void goes_on_after_its_backend_was_terminated_in_the_middle_of_a_batch() {
        AtomicBoolean kill = new AtomicBoolean(true);
        TargetUnderTest test = handling(pool, (change, handle) -> {
            if (kill.getAndSet(false)) {
                int pid = handle.createQuery("select pg_backend_pid()")
                        .mapTo(Integer.class)
                        .one();
                view.database.execute("select pg_terminate_backend(" + pid + ", 5000)");
            }
            handle.execute("select 1");
        });
        try (TargetSession session = test.open(1)) {
            Offset before = test.apply(session);
            assertThatThrownBy(() -> test.apply(session, view.orders.create("1", "a", "x", "n")))
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageContaining("[db0] target 'read-model'")
                    .hasMessageContaining("57P01");

            session.recover();
            assertThat(session.offset()).contains(before);
            assertThat(view.rows()).isEmpty();
            Offset again = test.apply(session, view.orders.create("1", "a", "x", "n"));
            assertThat(session.offset()).contains(again);
        }
        assertThat(view.rows()).containsExactly("1|a|n");
    }

    @Test
    void finds_out_that_a_commit_went_through_whose_answer_was_lost() {
        TargetUnderTest test = handling(cutting(view.database.dataSource()), (change, handle) -> {});
        try (TargetSession session = test.open(1)) {
            Offset before = test.apply(session);
            cutAfterCommit.set(true);
            assertThatThrownBy(() -> test.apply(session, view.orders.create("1", "a", "x", "n")))
                    .isInstanceOf(TransientFailure.class);
            assertThat(session.offset()).contains(before);

            session.recover();
            assertThat(session.offset().orElseThrow().boundary()).isEqualTo("boundary-2");
            test.apply(session, view.orders.update("1", "b", "x", "n"));
        }
        assertThat(view.rows()).containsExactly("1|b|n");
    }

    @Test
    void parks_each_change_once_when_the_answer_to_that_commit_was_lost() {
        JudgeUnderTest judge = new JudgeUnderTest();
        TargetUnderTest test = handling(cutting(view.database.dataSource()), (change, handle) -> {});
        view.database.execute("alter table order_view add check (customer <> 'bad')");
        try (ParkingSession session = test.open(1)) {
            Change<Row> bad = view.orders.create("1", "bad", "x", "n");
            test.apply(session);
            cutAfterCommit.set(true);
            assertThatThrownBy(() -> test.isolate(session, judge, bad)).isInstanceOf(TransientFailure.class);
            assertThat(session.parked()).isEmpty();

            session.recover();
            assertThat(session.offset().orElseThrow().boundary()).isEqualTo("boundary-2");
            assertThat(session.parked()).containsExactly(Map.entry("public.order_view", 1L));
            test.apply(session, view.orders.update("1", "good", "x", "n"));
        }
        assertThat(view.rows()).isEmpty();
        assertThat(view.database.queryStrings("select operation from cdc_dead_letter order by id"))
                .containsExactly("CREATE", "UPDATE");
    }

    @Test
    void waits_in_recover_for_a_commit_that_still_runs() throws Exception {
        TargetUnderTest test = handling(pool, (change, handle) -> {});
        try (TargetSession session = test.open(1);
                Connection unfinished = view.database.dataSource().getConnection()) {
            test.apply(session);
            unfinished.setAutoCommit(false);
            unfinished.createStatement().execute("update cdc_offset set sequence = sequence + 1, boundary = 'late'");
            CompletableFuture<Void> recovering = CompletableFuture.runAsync(session::recover);
            await().until(() -> view.database.queryLong("select count(*) from pg_locks where not granted") > 0);
            assertThat(recovering).isNotDone();

            unfinished.commit();
            recovering.get();
            assertThat(session.offset().orElseThrow().boundary()).isEqualTo("late");
        }
    }

    @Test
    void gives_up_a_blocked_statement_at_once_when_aborted() throws Exception {
        TargetUnderTest test = handling(pool, (change, handle) -> handle.execute("select pg_sleep(20)"));
        try (TargetSession session = test.open(1)) {
            CompletableFuture<Throwable> applying = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> test.apply(session, view.orders.create("1", "a", "x", "n"))));
            await().until(() -> sleeping() == 1);

            long aborted = System.nanoTime();
            session.abort();

            assertThat(applying.get()).isInstanceOf(TransientFailure.class);
            assertThat(Duration.ofNanos(System.nanoTime() - aborted)).isLessThan(Duration.ofSeconds(5));
            assertThatThrownBy(session::recover)
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageContaining("was aborted");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(sleeping())
                            .as("the server notices and lets go of the offset's row")
                            .isZero());
        }
        try (TargetSession next = handling(pool, (change, handle) -> {}).open(2)) {
            test.apply(next, view.orders.create("2", "b", "x", "n"));
        }
        assertThat(view.rows()).containsExactly("2|b|n");
    }

    @Test
    void starts_nothing_on_an_interrupted_thread_and_keeps_the_flag() {
        AtomicBoolean interrupt = new AtomicBoolean(true);
        TargetUnderTest test = handling(pool, (change, handle) -> {
            if (interrupt.getAndSet(false)) {
                Thread.currentThread().interrupt();
            }
        });
        try (TargetSession session = test.open(1)) {
            Offset before = test.apply(session);
            assertThatThrownBy(() -> test.apply(session, view.orders.create("1", "a", "x", "n")))
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageContaining("interrupted");
            assertThatThrownBy(session::recover).hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).as("the flag").isTrue();

            session.recover();
            assertThat(session.offset()).contains(before);
        }
        assertThat(view.rows()).isEmpty();
    }

    private TargetUnderTest handling(DataSource dataSource, ChangeHandler<OrderView.Order> handler) {
        JdbcTarget target = JdbcTarget.named("read-model", dataSource)
                .project(UpsertProjection.from(OrderView.ORDERS)
                        .into("order_view")
                        .build())
                .project(HandlerProjection.named("handler").on(OrderView.ORDERS, handler));
        return new TargetUnderTest(target, view.orders);
    }

    private long sleeping() {
        return view.database.queryLong(
                "select count(*) from pg_stat_activity where state = 'active' and query = 'select pg_sleep(20)'");
    }

    /** A data source whose connections commit and then break before they can tell. */
    private DataSource cutting(DataSource dataSource) {
        return proxy(DataSource.class, dataSource, () -> {});
    }

    private <T> T proxy(Class<T> type, T delegate, Runnable nothing) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        Object result = method.invoke(delegate, arguments);
                        if (method.getName().equals("commit") && cutAfterCommit.getAndSet(false)) {
                            ((Connection) delegate).abort(Runnable::run);
                            throw new SQLException("the answer never came", "08006");
                        }
                        return result instanceof Connection connection
                                ? proxy(Connection.class, connection, nothing)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
