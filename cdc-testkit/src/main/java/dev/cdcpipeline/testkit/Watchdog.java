package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends a process when this JVM is gone, even if this JVM is killed with SIGKILL.
 *
 * <p>A small shell waits for the end of the pipe that this JVM holds open. Without a POSIX shell (Windows) a shutdown
 * hook does the same, but only if this JVM ends in order.
 */
final class Watchdog {

    /**
     * $1 signal, $2 process, $3 file that the process removes when it ends, $4 directory to delete afterwards; $3 and $4
     * may be empty. The file is what tells the end: the id of a dead process that nobody reaps still looks alive.
     */
    private static final String SCRIPT = "trap '' HUP INT TERM; read -r line; kill -\"$1\" \"$2\"; i=0; "
            + "while [ -e \"$3\" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done; "
            + "if [ -e \"$3\" ]; then kill -KILL \"$2\"; fi; "
            + "if [ -n \"$4\" ]; then rm -rf \"$4\"; fi";

    private final @Nullable Process shell;
    private final @Nullable Thread hook;

    private Watchdog(@Nullable Process shell, @Nullable Thread hook) {
        this.shell = shell;
        this.hook = hook;
    }

    /** Will kill the process. */
    static Watchdog killing(Process process) {
        return over(process, "KILL", "", "");
    }

    /** Will kill the process and delete the directory. */
    static Watchdog killing(Process process, Path deleteAfterwards) {
        return over(process, "KILL", "", deleteAfterwards.toString());
    }

    /** Will shut the server down at once and delete its files if they are temporary. */
    static Watchdog shuttingDown(Process postmaster, PostgresFiles files) {
        Path temporary = files.temporary();
        return over(postmaster, "QUIT", files.pidFile().toString(), temporary == null ? "" : temporary.toString());
    }

    private static Watchdog over(Process process, String signal, String endsWith, String deleteAfterwards) {
        if (OperatingSystem.isWindows()) {
            Thread hook = new Thread(process::destroyForcibly, "cdc-testkit-watchdog-" + process.pid());
            Runtime.getRuntime().addShutdownHook(hook);
            return new Watchdog(null, hook);
        }
        String pid = Long.toString(process.pid());
        List<String> command =
                List.of("sh", "-c", SCRIPT, "cdc-testkit-watchdog", signal, pid, endsWith, deleteAfterwards);
        try {
            Process shell = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Watchdog(shell, null);
        } catch (IOException e) {
            process.destroyForcibly();
            throw new UncheckedIOException("Watchdog cannot start 'sh' to guard process " + pid, e);
        }
    }

    /** Stops guarding. Must be called before the process is ended, because its id may be given to another one. */
    void dismiss() {
        if (shell != null) {
            shell.destroyForcibly();
        }
        if (hook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException alreadyShuttingDown) {
                // The hook runs or has run: the process ends either way.
            }
        }
    }
}
