package dev.cdcpipeline.copy;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.MirrorProjection;
import dev.cdcpipeline.projection.jdbc.SchemaEvolution;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source database with tables in {@code public}, another one on the same server with their copies in {@code copy}, and a
 * pipeline between them that can be closed and started again.
 */
final class CopyBench implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final TestDatabase source;
    private final TestDatabase target;
    private final HikariDataSource pool;
    private @Nullable CdcPipeline pipeline;

    CopyBench(PostgresSource server) {
        source = server.freshDatabase("source");
        target = server.freshDatabase("copies");
        target.execute("create schema copy");
        HikariConfig config = new HikariConfig();
        config.setDataSource(target.dataSource());
        config.setMaximumPoolSize(6);
        config.setMinimumIdle(0);
        pool = new HikariDataSource(config);
    }

    TestDatabase source() {
        return source;
    }

    TestDatabase target() {
        return target;
    }

    /** Statements for both databases, the target's first. */
    void executeOnBoth(String... statements) {
        target.execute(statements);
        source.execute(statements);
    }

    /** Starts the pipeline that mirrors these tables of {@code public}, and waits for their first load. */
    void start(FirstLoad load, List<String> tables) throws InterruptedException {
        JdbcTarget copies = JdbcTarget.named("copies", pool);
        for (String table : tables) {
            copies = copies.project(MirrorProjection.from("public." + table)
                    .into("copy." + table)
                    .createTable()
                    .evolve(SchemaEvolution.ADD_COLUMNS)
                    .build());
        }
        CdcPipeline started = CdcPipeline.builder()
                .name("copies")
                .shard(PostgresShard.named("db0")
                        .host(source.source().host())
                        .port(source.source().port())
                        .database(source.name())
                        .user(source.source().username())
                        .password(source.source().password())
                        .heartbeat(Duration.ofMillis(200))
                        .firstLoad(load)
                        .build())
                .offsets(JdbcOffsets.in(pool))
                .target(copies)
                .build();
        pipeline = started;
        started.start();
        assertThat(started.awaitLoaded(PATIENCE))
                .as("loaded in time; status %s", started.status())
                .isTrue();
    }

    /** Closes the pipeline, which can be started again. */
    void stop() {
        if (pipeline != null) {
            pipeline.close();
            pipeline = null;
        }
    }

    boolean isStarted() {
        return pipeline != null;
    }

    CdcPipeline pipeline() {
        if (pipeline == null) {
            throw new IllegalStateException("not started");
        }
        return pipeline;
    }

    /** Waits until everything that is committed at the source now is applied. */
    void awaitApplied() throws InterruptedException {
        awaitApplied(PATIENCE);
    }

    void awaitApplied(Duration patience) throws InterruptedException {
        String lsn = source.queryString("select pg_current_wal_insert_lsn()::text");
        assertThat(pipeline().awaitApplied("db0", lsn, patience))
                .as("applied in time; status %s", pipeline().status())
                .isTrue();
    }

    /** Closes the pipeline and drops the databases. */
    @Override
    public void close() {
        stop();
        pool.close();
        source.close();
        target.close();
    }
}
