package dev.cdcpipeline.mirror;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.ForkedJvmBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** One pipeline in several JVMs, each of which is started again whenever it has ended. */
final class Instances implements AutoCloseable {
    private static final int REMEMBERED = 12;

    private final Mirror mirror;
    private final List<ForkedJvm> running = new ArrayList<>();
    private final Deque<ForkedJvm> lives = new ArrayDeque<>();

    Instances(Mirror mirror, int count) {
        this.mirror = mirror;
        for (int i = 0; i < count; i++) {
            running.add(begin(jvm -> jvm));
        }
    }

    private ForkedJvm begin(UnaryOperator<ForkedJvmBuilder> more) {
        ForkedJvm jvm = more.apply(mirror.jvm()).start();
        lives.add(jvm);
        if (lives.size() > REMEMBERED) {
            lives.remove();
        }
        return jvm;
    }

    ForkedJvm get(int instance) {
        return running.get(instance);
    }

    /** Starts one that has ended. */
    ForkedJvm start(int instance, UnaryOperator<ForkedJvmBuilder> more) {
        ForkedJvm jvm = begin(more);
        running.set(instance, jvm);
        return jvm;
    }

    void startEnded() {
        for (int i = 0; i < running.size(); i++) {
            if (!get(i).isAlive()) {
                start(i, jvm -> jvm);
            }
        }
    }

    void killAll() {
        running.forEach(ForkedJvm::kill9);
    }

    /** A start may be refused while a server is away, and is tried again then; once started, none ends by itself. */
    void restartRefused() {
        for (ForkedJvm jvm : running) {
            if (!jvm.isAlive() && jvm.output().contains("started")) {
                throw new AssertionError(jvm + " has ended by itself; its output:\n" + String.join("\n", jvm.output()));
            }
        }
        startEnded();
    }

    /** The last state that each instance has told of a shard. */
    String states() {
        return running.stream()
                .flatMap(jvm -> {
                    List<String> told = jvm.output().stream()
                            .filter(line -> line.matches("db\\d \\w+ -> .*"))
                            .toList();
                    return told.subList(Math.max(0, told.size() - 4), told.size()).stream()
                            .map(line -> jvm + ": " + line);
                })
                .collect(Collectors.joining("\n"));
    }

    /** Writes what the last JVMs have printed into files, one for each. */
    void writeOutputs(Path directory) {
        for (ForkedJvm jvm : lives) {
            try {
                Files.write(directory.resolve("instance-" + jvm.pid() + ".log"), jvm.output());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        killAll();
    }
}
