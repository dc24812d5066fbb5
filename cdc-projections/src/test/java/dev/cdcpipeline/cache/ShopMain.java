package dev.cdcpipeline.cache;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.policy.FailureDecision;
import dev.cdcpipeline.policy.ParkingLimits;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.shard.PostgresShard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Objects;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs the pipeline of a {@link Shop}, which can be stopped dead at the points of {@link SteppedTarget}. */
public final class ShopMain {
    private static final int ONE_OF = 40;
    private static final Path POISON = Path.of(System.getProperty("shop.poison", "none"));

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
                .failurePolicy(failed -> new FailureDecision.Park())
                .parkingLimits(ParkingLimits.standard().share(1, 100_000, 100_000))
                .target(new SteppedTarget(ShopTarget.at(property("redis"), ShopMain::isPoison)))
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

    /** Some orders, as long as there is the file {@code shop.poison}. */
    private static boolean isPoison(ShopTarget.Order order) {
        return order.total() % ONE_OF == 0 && Files.exists(POISON);
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty("shop." + name), name);
    }

    private static final class Teller implements PipelineListener {

        @Override
        public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
            tell(shard + " " + from + " -> " + to + " " + reason);
        }

        @Override
        public void found(Finding finding) {
            tell(Shop.FOUND + finding.kind() + " " + finding.text());
        }

        @Override
        public void leaseLost(String shard, String reason) {
            tell(shard + " lease lost: " + reason);
        }

        @Override
        public void loadProgress(String shard, LoadProgress progress) {
            tell(shard + " load: " + progress);
        }

        @Override
        public void retrying(String shard, String target, int attempt, Throwable failure) {
            tell(shard + " try " + attempt + " failed: " + failure);
        }

        private static void tell(String what) {
            System.out.println(what + " at " + LocalTime.now());
        }
    }
}
