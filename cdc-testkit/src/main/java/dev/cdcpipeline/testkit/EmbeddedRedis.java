package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server as a child process of this JVM.
 *
 * <p>A start counts only when the server on the port names our own process, so a foreign server is never taken for ours.
 */
final class EmbeddedRedis implements RedisProcess {

    static final String HOST = "127.0.0.1";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);
    private static final int PORT_ATTEMPTS = 5;

    private final Path directory;
    private final List<String> arguments;
    private final IntFunction<List<String>> configuration;
    private final IntFunction<RedisConnector> connector;
    private volatile int port;
    private volatile @Nullable Process process;
    private @Nullable Watchdog watchdog;

    /**
     * @param directory for everything of this server, deleted with it
     * @param arguments behind the name of the configuration file
     * @param configuration the lines of redis.conf for a port; the server may change the file
     * @param connector to the port
     */
    EmbeddedRedis(
            Path directory,
            List<String> arguments,
            IntFunction<List<String>> configuration,
            IntFunction<RedisConnector> connector) {
        this.directory = directory;
        this.arguments = arguments;
        this.configuration = configuration;
        this.connector = connector;
    }

    /** The directory for the data, below the one for everything. */
    static Path data(Path directory) {
        return directory.resolve("data");
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        boolean portIsOurs = port != 0;
        for (int attempt = 1; ; attempt++) {
            if (!portIsOurs) {
                port = ServerPorts.free();
                configure();
            }
            if (launch()) {
                return;
            }
            kill9();
            if (portIsOurs || !logTail().contains("Failed listening on port") || attempt == PORT_ATTEMPTS) {
                throw new IllegalStateException(
                        "Redis in " + directory + " did not start on port " + port + ":\n" + logTail());
            }
        }
    }

    private void configure() {
        try {
            Files.createDirectories(data(directory));
            Files.write(directory.resolve("redis.conf"), configuration.apply(port));
        } catch (IOException e) {
            throw new UncheckedIOException("RedisServer cannot write its configuration to " + directory, e);
        }
    }

    private boolean launch() {
        Process started;
        try {
            ProcessBuilder builder = new ProcessBuilder(RedisProgram.command(), "redis.conf");
            builder.command().addAll(arguments);
            started = builder.directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "RedisServer cannot run " + RedisProgram.command()
                            + "; where org.signal:embedded-redis has no program for the machine, install redis-server",
                    e);
        }
        process = started;
        watchdog = Watchdog.killing(started, directory);
        boolean decided = Await.holdsWithin(() -> !started.isAlive() || isReady(started), START_TIMEOUT);
        return decided && started.isAlive();
    }

    private boolean isReady(Process started) {
        try {
            String info =
                    String.valueOf(connector.apply(port).within(POLL_TIMEOUT).call("INFO"));
            return info.contains("process_id:" + started.pid() + "\r\n") && !info.contains("\r\nloading:1\r\n");
        } catch (IOException | RedisErrorException notYet) {
            return false;
        }
    }

    @Override
    public synchronized void kill9() {
        if (watchdog != null) {
            watchdog.dismiss();
            watchdog = null;
        }
        Process killed = process;
        if (killed == null) {
            return;
        }
        List<ProcessHandle> children = killed.descendants().toList(); // One that writes a dump, perhaps.
        killed.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            killed.waitFor();
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
        process = null;
    }

    @Override
    public void suspend() {
        Process running = process;
        if (running != null) {
            Signals.stop(running);
        }
    }

    @Override
    public void resume() {
        Process running = process;
        if (running != null) {
            Signals.resume(running);
        }
    }

    @Override
    public synchronized void deleteData() {
        Directories.delete(data(directory));
        try {
            Files.createDirectories(data(directory));
        } catch (IOException e) {
            throw new UncheckedIOException("RedisServer cannot create " + data(directory), e);
        }
    }

    @Override
    public String logTail() {
        try {
            return Lines.tail(Files.readAllLines(log()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    private Path log() {
        return directory.resolve("redis.log");
    }

    @Override
    public synchronized void close() {
        kill9();
        Directories.delete(directory);
    }
}
