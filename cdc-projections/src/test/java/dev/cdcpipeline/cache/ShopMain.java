package dev.cdcpipeline.cache;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;
import java.util.Objects;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs the pipeline of a {@link Shop}, which can be stopped dead at the points of {@link SteppedTarget}. */
public final class ShopMain {
    private ShopMain() {}

    public static void main(String[] args) throws InterruptedException {
        PGSimpleDataSource home = new PGSimpleDataSource();
        home.setUrl(property("home"));
        home.setUser(property("user"));
        home.setPassword(property("password"));
        try (CdcPipeline pipeline = CdcPipeline.builder()
                .name(Shop.PIPELINE)
                .offsets(JdbcOffsets.in(home))
                .leaseTime(Duration.ofMillis(Integer.getInteger("shop.lease")))
                .batchSize(Integer.getInteger("shop.batchSize"))
                .target(new SteppedTarget(ShopTarget.at(property("redis"))))
                .listener(new Teller())
                .shard(PostgresShard.named(Shop.SHARD)
                        .host(property("host"))
                        .port(Integer.getInteger("shop.port"))
                        .database(property("database"))
                        .user(property("user"))
                        .password(property("password"))
                        .heartbeat(Duration.ofMillis(200))
                        .build())
                .build()) {
            Runtime.getRuntime().addShutdownHook(new Thread(pipeline::close));
            pipeline.start();
            System.out.println("started");
            pipeline.awaitTermination();
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty("shop." + name), name);
    }

    private static final class Teller implements PipelineListener {

        @Override
        public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
            System.out.println(shard + " " + from + " -> " + to + " " + reason);
        }

        @Override
        public void found(Finding finding) {
            System.out.println(Shop.FOUND + finding.kind() + " " + finding.text());
        }

        @Override
        public void leaseLost(String shard, String reason) {
            System.out.println(shard + " lease lost: " + reason);
        }

        @Override
        public void loadProgress(String shard, LoadProgress progress) {
            System.out.println(shard + " load: " + progress);
        }
    }
}
