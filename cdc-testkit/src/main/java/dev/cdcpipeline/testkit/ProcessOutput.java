package dev.cdcpipeline.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Collects the lines of a process in a thread of its own, and lets others wait for one. */
final class ProcessOutput {

    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private boolean ended;

    ProcessOutput(InputStream stream, String name, boolean echo) {
        reader = new Thread(() -> read(stream, echo ? "[" + name + "] " : null), name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream stream, @Nullable String echoPrefix) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(stream, Charset.defaultCharset()))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (echoPrefix != null) {
                    System.out.println(echoPrefix + line);
                }
                add(line);
            }
        } catch (IOException killed) {
            // The stream of a killed process may break instead of end.
        } finally {
            end();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The first line that matches, past lines included; empty when the output ends or the time is over before. */
    synchronized Optional<String> await(Predicate<String> predicate, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        int next = 0;
        while (true) {
            for (; next < lines.size(); next++) {
                if (predicate.test(lines.get(next))) {
                    return Optional.of(lines.get(next));
                }
            }
            long millis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
            if (ended || millis <= 0) {
                return Optional.empty();
            }
            wait(millis);
        }
    }

    /** Whether there will be no more lines: the process has ended or is about to. */
    synchronized boolean hasEnded() {
        return ended;
    }

    /** Waits until a process that has ended has delivered its last line. */
    void awaitEnd(Duration timeout) throws InterruptedException {
        reader.join(timeout.toMillis());
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    synchronized String tail() {
        return Lines.tail(lines);
    }
}
