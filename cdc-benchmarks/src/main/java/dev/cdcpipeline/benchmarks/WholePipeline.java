package dev.cdcpipeline.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.Target;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** The library as a user would run it: one shard, one target with all columns, a pool, default settings. */
final class WholePipeline implements AutoCloseable {
    static final String SHARD = "db0";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final HikariDataSource target;
    private final CdcPipeline pipeline;

    private WholePipeline(Assignment run, UnaryOperator<CdcPipelineBuilder> more, PipelineListener listener) {
        this(run, WholePipeline::view, more, listener);
    }

    private WholePipeline(
            Assignment run,
            Function<DataSource, Target> goal,
            UnaryOperator<CdcPipelineBuilder> more,
            PipelineListener listener) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(run.targetUrl());
        config.setUsername(run.user());
        config.setPassword(run.password());
        target = new HikariDataSource(config);
        CdcPipelineBuilder builder = CdcPipeline.builder()
                .name("bench")
                .shard(PostgresShard.named(SHARD)
                        .host(run.host())
                        .port(run.port())
                        .database(run.database())
                        .user(run.user())
                        .password(run.password())
                        .slot(run.slot())
                        .publication(Assignment.PUBLICATION)
                        .firstLoad(FirstLoad.NONE)
                        .build())
                .offsets(JdbcOffsets.in(target))
                .target(goal.apply(target))
                .listener(listener);
        pipeline = more.apply(builder).build();
    }

    private static Target view(DataSource readModel) {
        return JdbcTarget.named("view", readModel)
                .project(UpsertProjection.from(Order.TABLE).into("orders").build());
    }

    /** Starts it; returns when its slot is made, or found. */
    static WholePipeline start(Assignment run, PipelineListener listener) {
        return start(run, builder -> builder, listener);
    }

    /** The same with other settings. */
    static WholePipeline start(Assignment run, UnaryOperator<CdcPipelineBuilder> more, PipelineListener listener) {
        return start(new WholePipeline(run, more, listener));
    }

    private static WholePipeline start(WholePipeline whole) {
        whole.pipeline.start();
        return whole;
    }

    /** The same into another target. */
    static WholePipeline start(Assignment run, Target target, PipelineListener listener) {
        return start(new WholePipeline(run, home -> target, builder -> builder, listener));
    }

    /** Waits until it streams. */
    void awaitStreaming() throws InterruptedException {
        if (!pipeline.awaitLoaded(PATIENCE)) {
            throw new IllegalStateException("the pipeline does not stream: " + pipeline.status());
        }
    }

    @Override
    public void close() {
        try (target) {
            pipeline.close();
        }
    }
}
