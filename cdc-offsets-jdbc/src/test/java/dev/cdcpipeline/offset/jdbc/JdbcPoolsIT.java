package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.offset.PoolUse;
import dev.cdcpipeline.testkit.PostgresSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdbcPoolsIT {
    private final HikariDataSource pool = new HikariDataSource();

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void a_pool_tells_its_use_once_it_has_lent_a_connection() throws SQLException {
        pool.setDataSource(PostgresSource.shared().dataSource("postgres"));
        pool.setMaximumPoolSize(3);
        pool.setMinimumIdle(0);
        assertThat(JdbcPools.use(pool)).isEmpty();
        assertThat(pool.isRunning()).as("asking starts nothing").isFalse();

        try (Connection lent = pool.getConnection()) {
            assertThat(lent.isValid(1)).isTrue();
            assertThat(JdbcPools.use(pool)).contains(new PoolUse(1, 0, 0, 3));
            assertThat(JdbcPools.use(wrapping(pool))).contains(new PoolUse(1, 0, 0, 3));
            assertThat(JdbcOffsets.in(pool).pool()).contains(new PoolUse(1, 0, 0, 3));
        }
        assertThat(JdbcPools.use(pool)).contains(new PoolUse(0, 1, 0, 3));
    }

    @Test
    void what_is_no_pool_tells_nothing() {
        assertThat(JdbcPools.use(PostgresSource.shared().dataSource("postgres")))
                .isEmpty();
    }

    /** As a framework's proxy of a data source does. */
    private static DataSource wrapping(DataSource wrapped) {
        return (DataSource) Proxy.newProxyInstance(
                JdbcPoolsIT.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> method.invoke(wrapped, arguments));
    }
}
