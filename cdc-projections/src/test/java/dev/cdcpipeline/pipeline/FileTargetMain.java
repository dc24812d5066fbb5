package dev.cdcpipeline.pipeline;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.policy.FailureDecision;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.PostgresShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Runs a pipeline into a {@link FileTarget}, which can be stopped dead at the {@value FileTarget#STEP}s of its writes. What is found is
 * written to a file beside.
 */
public final class FileTargetMain {
    static final String FOUND = "found";

    private FileTargetMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (CdcPipeline pipeline = builder().build()) {
            pipeline.start();
            pipeline.awaitTermination();
        }
    }

    private static CdcPipelineBuilder builder() {
        PGSimpleDataSource home = new PGSimpleDataSource();
        home.setServerNames(new String[] {property("host")});
        home.setPortNumbers(new int[] {Integer.parseInt(property("port"))});
        home.setDatabaseName(property("home"));
        home.setUser(property("user"));
        home.setPassword(property("password"));
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(home))
                .leaseTime(Duration.ofSeconds(5)) // a machine may be busy for longer than a second
                .failurePolicy(failed -> new FailureDecision.Park())
                .target(new FileTarget(Path.of(property("directory"))))
                .listener(new PipelineListener() {
                    @Override
                    public void found(Finding finding) {
                        note(finding);
                    }
                })
                .shard(PostgresShard.named("db0")
                        .host(property("host"))
                        .port(Integer.parseInt(property("port")))
                        .database(property("database"))
                        .user(property("user"))
                        .password(property("password"))
                        .heartbeat(Duration.ofMillis(200))
                        .firstLoad(FirstLoad.valueOf(System.getProperty("files.firstLoad", "INCREMENTAL")))
                        .build());
    }

    private static void note(Finding finding) {
        try {
            Files.writeString(
                    Path.of(property("directory"), FOUND),
                    finding.kind() + " " + finding.message() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty("files." + name), name);
    }
}
