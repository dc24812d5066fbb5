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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** One pipeline in several JVMs, each of which is started again whenever it has ended. */
public final class Instances implements AutoCloseable {
    private static final int REMEMBERED = 12;

    private final Supplier<ForkedJvmBuilder> jvms;
    private final List<ForkedJvm> running = new ArrayList<>();
    private final Deque<ForkedJvm> lives = new ArrayDeque<>();

    /**
     * @param jvms a new one, which prints "started" when its pipeline is
     */
    public Instances(Supplier<ForkedJvmBuilder> jvms, int count) {
        this.jvms = jvms;
        for (int i = 0; i < count; i++) {
            running.add(begin(jvm -> jvm));
        }
    }

    private ForkedJvm begin(UnaryOperator<ForkedJvmBuilder> more) {
        ForkedJvm jvm = more.apply(jvms.get()).start();
        lives.add(jvm);
        if (lives.size() > REMEMBERED) {
            lives.remove();
        }
        return jvm;
    }

    /** The JVM that is this instance now. */
    public ForkedJvm get(int instance) {
        return running.get(instance);
    }

    /** Starts one that has ended. */
    public ForkedJvm start(int instance, UnaryOperator<ForkedJvmBuilder> more) {
        ForkedJvm jvm = begin(more);
        running.set(instance, jvm);
        return jvm;
    }

    /** Starts every one that has ended. */
    public void startEnded() {
        for (int i = 0; i < running.size(); i++) {
            if (!get(i).isAlive()) {
                start(i, jvm -> jvm);
            }
        }
    }

    /** Kills every one. */
    public void killAll() {
        running.forEach(ForkedJvm::kill9);
    }

    /** A start may be refused while a server is away, and is tried again then; once started, none ends by itself. */
    public void restartRefused() {
        for (ForkedJvm jvm : running) {
            if (!jvm.isAlive() && jvm.output().contains("started")) {
                throw new AssertionError(jvm + " has ended by itself; its output:\n" + String.join("\n", jvm.output()));
            }
        }
        startEnded();
    }

    /** The last state that each instance has told of a shard. */
    public String states() {
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
    public void writeOutputs(Path directory) {
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
