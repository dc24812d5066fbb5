package dev.cdcpipeline.offset.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.cdcpipeline.offset.PoolUse;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** How connection pools are used, as far as they tell. For targets in JDBC databases. */
public final class JdbcPools {

    private JdbcPools() {}

    /**
     * The figures of a {@link HikariDataSource}, also of one that the data source wraps; empty for any other, and while the pool
     * has not lent its first connection. Does no I/O.
     */
    public static Optional<PoolUse> use(DataSource dataSource) {
        try {
            if (!dataSource.isWrapperFor(HikariDataSource.class)) {
                return Optional.empty();
            }
            HikariDataSource hikari = dataSource.unwrap(HikariDataSource.class);
            HikariPoolMXBean pool = hikari.getHikariPoolMXBean();
            return pool == null
                    ? Optional.empty()
                    : Optional.of(new PoolUse(
                            pool.getActiveConnections(),
                            pool.getIdleConnections(),
                            pool.getThreadsAwaitingConnection(),
                            hikari.getMaximumPoolSize()));
        } catch (SQLException notKnown) {
            return Optional.empty();
        }
    }
}
