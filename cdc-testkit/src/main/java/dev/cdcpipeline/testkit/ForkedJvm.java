package dev.cdcpipeline.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A main class in a JVM of its own, which a test can kill, pause and listen to.
 *
 * <pre>{@code
 * try (ForkedJvm worker = ForkedJvm.of(WorkerMain.class).args(url).crashAt("after-write", 3).start()) {
 *     worker.killAtCrashPoint(Duration.ofSeconds(30));
 * }
 * }</pre>
 *
 * <p>It is killed when this JVM ends, even by SIGKILL (on Windows only at an orderly end). Safe for use by several
 * threads. All waiting methods throw {@link IllegalStateException} with the last lines of the output when the time is
 * over, and when the waiting thread is interrupted.
 */
public final class ForkedJvm implements AutoCloseable {

    private static final Duration LAST_OUTPUT = Duration.ofSeconds(10);

    private final Process process;
    private final String name;
    private final Watchdog watchdog;
    private final ProcessOutput output;

    ForkedJvm(Process process, String mainClass, boolean echo) {
        this.process = process;
        this.name = mainClass.substring(mainClass.lastIndexOf('.') + 1) + "-" + process.pid();
        this.watchdog = Watchdog.killing(process);
        this.output = new ProcessOutput(process.getInputStream(), name, echo);
        process.onExit().thenRun(watchdog::dismiss);
    }

    /** Begins the description of a JVM that runs the main method of this class. */
    public static ForkedJvmBuilder of(Class<?> mainClass) {
        return new ForkedJvmBuilder(mainClass.getName());
    }

    /** The id of the process. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process has not ended yet; a paused one is alive. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** All lines of standard output and standard error so far. */
    public List<String> output() {
        return output.lines();
    }

    /**
     * Waits for a line of output, and returns the first that matches. Lines printed before the call count too.
     *
     * @throws IllegalStateException if the JVM ends, or the time is over, without such a line
     */
    public String awaitLine(Predicate<String> predicate, Duration timeout) {
        return awaitLine(predicate, timeout, "a matching line");
    }

    /** Waits for a line of output that contains the text; see {@link #awaitLine(Predicate, Duration)}. */
    public String awaitLine(String text, Duration timeout) {
        return awaitLine(line -> line.contains(text), timeout, "a line with '" + text + "'");
    }

    private String awaitLine(Predicate<String> predicate, Duration timeout, String expected) {
        try {
            Optional<String> found = output.await(predicate, timeout);
            if (found.isPresent()) {
                return found.get();
            }
            boolean ended = output.hasEnded() && process.waitFor(LAST_OUTPUT.toMillis(), TimeUnit.MILLISECONDS);
            throw failure(ended ? "ended without " + expected : "did not print " + expected + " within " + timeout);
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
    }

    /**
     * Waits until a {@link CrashPoint} armed with {@link ForkedJvmBuilder#crashAt} is reached, and returns its name. The
     * thread that reached it stands still from then on.
     */
    public String awaitCrashPoint(Duration timeout) {
        String line = awaitLine(text -> text.contains(CrashPoint.MARKER), timeout, "reaching an armed crash point");
        return line.substring(line.indexOf(CrashPoint.MARKER) + CrashPoint.MARKER.length());
    }

    /** Waits as {@link #awaitCrashPoint} does, kills the JVM there, and returns the name of the point. */
    public String killAtCrashPoint(Duration timeout) {
        String point = awaitCrashPoint(timeout);
        kill9();
        return point;
    }

    /** Kills the JVM with SIGKILL and returns when it is gone. Does nothing if it has ended. */
    public void kill9() {
        process.destroyForcibly();
        awaitExit(LAST_OUTPUT);
    }

    /**
     * Lets the JVM run for a random time and then kills it as {@link #kill9()} does; returns early if it ends before.
     *
     * @param random give it a known seed, and name the seed in the failure message of the test
     * @return the time it was left to run
     */
    public Duration killAtRandom(RandomGenerator random, Duration min, Duration max) {
        Duration delay = Duration.ofNanos(random.nextLong(min.toNanos(), max.toNanos() + 1));
        try {
            process.waitFor(delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
        kill9();
        return delay;
    }

    /**
     * Waits until the JVM ends by itself and returns its exit code.
     *
     * @throws IllegalStateException if it is still alive when the time is over
     */
    public int awaitExit(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw failure("did not end within " + timeout);
            }
            output.awaitEnd(LAST_OUTPUT);
            return process.exitValue();
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
    }

    /**
     * The exit code; 137 after SIGKILL.
     *
     * @throws IllegalStateException if the JVM is alive
     */
    public int exitCode() {
        if (isAlive()) {
            throw failure("is alive and has no exit code yet; call awaitExit()");
        }
        return process.exitValue();
    }

    /** Stops all its threads with SIGSTOP, as a long pause of its machine would. Not on Windows. */
    public void pause() {
        requireAlive();
        Signals.stop(process);
    }

    /** Continues after {@link #pause()}. */
    public void resume() {
        requireAlive();
        Signals.resume(process);
    }

    private void requireAlive() {
        if (!isAlive()) {
            throw failure("has ended and can be neither paused nor resumed");
        }
    }

    /** Kills the JVM if it is alive. */
    @Override
    public void close() {
        kill9();
    }

    private IllegalStateException failure(String what) {
        return new IllegalStateException(
                "Forked JVM " + name + " " + what + (isAlive() ? "" : " (exit code " + process.exitValue() + ")")
                        + ". Its last output:\n" + output.tail());
    }

    @Override
    public String toString() {
        return "ForkedJvm[" + name + (isAlive() ? "]" : ", exit code " + process.exitValue() + "]");
    }
}
