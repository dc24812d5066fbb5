package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server as a direct child process of this JVM.
 *
 * <p>A direct child, so that a killed postmaster is reaped at once: a zombie would look alive to the next start. A start
 * counts only when the pid file in the data directory shows our own process as ready, so a foreign server on the port is
 * an error and never taken for ours.
 */
final class EmbeddedServer implements PostgresServer {

    private static final int LEFTOVER_ATTEMPTS = 40;
    private static final Duration LEFTOVER_PAUSE = Duration.ofMillis(250);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final int PORT_ATTEMPTS = 5;

    private final PostgresFiles files;
    private final Map<String, String> settings;
    private final @Nullable Path binaries;
    private volatile int port;
    private volatile @Nullable Process postmaster;
    private @Nullable Watchdog watchdog;

    /** @param binaries the jar with its programs, or null for the one on the class path */
    EmbeddedServer(@Nullable Path dataDirectory, Map<String, String> settings, @Nullable Path binaries) {
        this.files = new PostgresFiles(dataDirectory, !"off".equals(settings.get("fsync")));
        this.settings = settings;
        this.binaries = binaries;
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean isRunning() {
        Process running = postmaster;
        return running != null && running.isAlive();
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        EmbeddedBinaries programs = EmbeddedBinaries.unpacked(binaries);
        files.initialize(programs);
        boolean portIsOurs = port != 0;
        for (int attempt = 1; ; attempt++) {
            port = portIsOurs ? port : ServerPorts.free();
            if (launch(programs)) {
                return;
            }
            kill9();
            boolean backendLeft = files.lastLaunchLogged("pre-existing shared memory block");
            if (backendLeft && attempt < LEFTOVER_ATTEMPTS) {
                LockSupport.parkNanos(LEFTOVER_PAUSE.toNanos()); // A backend of the killed server is still ending.
                continue;
            }
            boolean portTaken = files.lastLaunchLogged("could not bind");
            if (portIsOurs || !portTaken || attempt == PORT_ATTEMPTS) {
                throw new IllegalStateException("PostgreSQL in " + files.data() + " did not start on port " + port
                        + (portTaken ? ", which another process has taken" : "") + ":\n" + logTail());
            }
        }
    }

    private boolean launch(EmbeddedBinaries programs) {
        List<String> command = new ArrayList<>(programs.command(
                "postgres",
                "-D",
                files.data().toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=" + host(),
                "-c",
                "unix_socket_directories="));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        Process started = files.launch(command);
        postmaster = started;
        watchdog = Watchdog.shuttingDown(started, files);
        boolean decided = Await.holdsWithin(() -> !started.isAlive() || files.showReady(started), START_TIMEOUT);
        return decided && started.isAlive();
    }

    @Override
    public synchronized void stop() {
        shutDown("INT"); // "fast": waits until the replication clients have all WAL, which a stuck one never has.
        shutDown("QUIT");
        kill9();
    }

    @Override
    public synchronized void kill9() {
        dismissWatchdog();
        Process killed = postmaster;
        if (killed == null) {
            return;
        }
        if (!OperatingSystem.isWindows() && killed.isAlive()) {
            Signals.stop(killed); // Or it could fork a backend after the look at its family.
        }
        List<ProcessHandle> family = killed.descendants().toList();
        killed.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        try {
            killed.waitFor();
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
        // Nobody may reap the orphans (a container without init): such a zombie has no command any more.
        Await.holdsWithin(
                () -> family.stream()
                        .noneMatch(child ->
                                child.isAlive() && child.info().command().isPresent()),
                STOP_TIMEOUT);
        postmaster = null;
    }

    @Override
    public String logTail() {
        return files.logTail();
    }

    /** An immediate shutdown rather than a kill: it also frees the shared memory. */
    @Override
    public synchronized void close() {
        shutDown("QUIT");
        kill9();
        files.delete();
    }

    private void shutDown(String signal) {
        Process running = postmaster;
        if (running == null || !running.isAlive()) {
            return;
        }
        dismissWatchdog();
        List<String> command =
                EmbeddedBinaries.unpacked(binaries).command("pg_ctl", "kill", signal, "" + running.pid());
        try {
            new ProcessBuilder(command).start().waitFor();
            running.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command, e);
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
    }

    private void dismissWatchdog() {
        if (watchdog != null) {
            watchdog.dismiss();
            watchdog = null;
        }
    }
}
