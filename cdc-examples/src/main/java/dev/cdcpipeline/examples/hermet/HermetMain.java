package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The demo: starts two shards of a chat application and a read model, keeps people at work in the shards, runs
 * {@link HermetPipelineMain} in a process of its own, kills it with SIGKILL on the way and starts it again, and in the end
 * compares each view with its defining query over the sources. Exit code 0 if there is no difference, 1 if there is, 2 if
 * something fails, 3 if it takes too long. Settings: {@link HermetSettings}.
 */
public final class HermetMain {
    private static final Duration TRAFFIC_LINE_EVERY = Duration.ofSeconds(10);
    private static final int FAILED = 2;

    private final HermetSettings settings;
    private final Progress progress;
    private final Databases databases;
    private final EndRequest end;

    private HermetMain(HermetSettings settings, Progress progress, Databases databases, EndRequest end) {
        this.settings = settings;
        this.progress = progress;
        this.databases = databases;
        this.end = end;
    }

    /** Runs the demo and ends the process. */
    public static void main(String[] args) {
        int exitCode = FAILED;
        try {
            exitCode = run(HermetSettings.fromSystemProperties());
        } catch (Exception e) {
            System.out.println("[HermetMain] FAILED: " + e);
            e.printStackTrace(System.out);
        }
        System.exit(exitCode);
    }

    private static int run(HermetSettings settings) throws IOException, SQLException, InterruptedException {
        Progress progress = new Progress();
        if (!settings.forever()) {
            progress.endAfter(settings.limit());
        }
        progress.say(
                "starting three PostgreSQL servers: db0, db1, read model; %,d users in each shard", settings.users());
        Path directory = Files.createTempDirectory("hermet");
        Path endFile = directory.resolve("end");
        try (Databases databases = Databases.start(settings.users())) {
            return new HermetMain(settings, progress, databases, new EndRequest(endFile)).run();
        } finally {
            Files.deleteIfExists(endFile);
            Files.delete(directory);
        }
    }

    private int run() throws SQLException, InterruptedException {
        try (ChatTraffic traffic = ChatTraffic.start(databases, settings)) {
            ForkedJvm pipeline = pipelineUnderTraffic(traffic);
            try {
                traffic.stop();
                progress.say("traffic has ended after %,d transactions", traffic.committed());
                end.make(lsnByShard());
                int exitCode = pipeline.awaitExit(EndRequest.MOST_WAIT.multipliedBy(2));
                if (exitCode != 0) {
                    throw new IllegalStateException("the pipeline ended with exit code " + exitCode);
                }
            } finally {
                pipeline.close();
            }
            return Summary.of(databases, traffic).print(progress);
        }
    }

    /** Lets traffic and pipeline run for the set time, killing the pipeline in between. */
    private ForkedJvm pipelineUnderTraffic(ChatTraffic traffic) throws InterruptedException {
        progress.say("starting the pipeline, while %d transactions/s go on", settings.rate());
        ForkedJvm pipeline = startPipeline();
        Duration began = progress.elapsed();
        int kills = 0;
        Duration nextLine = began.plus(TRAFFIC_LINE_EVERY);
        while (settings.forever() || progress.elapsed().minus(began).compareTo(settings.traffic()) < 0) {
            Thread.sleep(100);
            traffic.check();
            if (!pipeline.isAlive()) {
                throw new IllegalStateException("the pipeline ended with exit code " + pipeline.exitCode());
            }
            if (kills < settings.kills() && progress.elapsed().minus(began).compareTo(killTime(kills)) >= 0) {
                kills++;
                pipeline.kill9();
                progress.say(
                        "kill -9 %d: the pipeline is gone (exit code %d); starting it again",
                        pipeline.pid(), pipeline.exitCode());
                pipeline = startPipeline();
            }
            if (progress.elapsed().compareTo(nextLine) >= 0) {
                nextLine = nextLine.plus(TRAFFIC_LINE_EVERY);
                progress.say("traffic: %,d transactions so far", traffic.committed());
            }
        }
        return pipeline;
    }

    private Duration killTime(int kills) {
        return settings.traffic().multipliedBy(kills + 1).dividedBy(settings.kills() + 1);
    }

    private ForkedJvm startPipeline() {
        return ForkedJvm.of(HermetPipelineMain.class)
                .args(
                        databases.address("db0").toString(),
                        databases.address("db1").toString(),
                        databases.address(Databases.READ_MODEL).toString(),
                        end.file().toString())
                .echo()
                .start();
    }

    private Map<String, String> lsnByShard() {
        Map<String, String> lsn = new TreeMap<>();
        Databases.SHARDS.forEach(shard -> lsn.put(shard, databases.server(shard).currentWalLsn()));
        return lsn;
    }
}
