package dev.cdcpipeline.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Describes a {@link ForkedJvm}.
 *
 * <p>Defaults: the Java and the class path of this JVM, a heap of at most 256 MB, no arguments, no system properties
 * other than those given here. Not safe for use by several threads.
 */
public final class ForkedJvmBuilder {

    private final String mainClass;
    private final List<String> arguments = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<String> crashPoints = new ArrayList<>();
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private String classPath = System.getProperty("java.class.path");
    private String heap = "256m";
    private boolean echo;

    ForkedJvmBuilder(String mainClass) {
        this.mainClass = mainClass;
    }

    /** Adds arguments of the main method. */
    public ForkedJvmBuilder args(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    /** The largest heap, in the notation of {@code -Xmx}; default {@code 256m}. */
    public ForkedJvmBuilder heap(String size) {
        heap = size;
        return this;
    }

    /** Sets a system property. */
    public ForkedJvmBuilder property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    /** Adds options of the java command, such as {@code -XX:+UseZGC}. */
    public ForkedJvmBuilder jvmOptions(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** Prefers a fast start to a high speed later: the first compiler only, and the serial collector. */
    public ForkedJvmBuilder fastStart() {
        return jvmOptions("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");
    }

    /** Uses this class path instead of the one of this JVM. */
    public ForkedJvmBuilder classPath(Collection<Path> entries) {
        classPath = entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        return this;
    }

    /** Uses another Java than the one of this JVM. */
    public ForkedJvmBuilder javaHome(Path home) {
        javaHome = home;
        return this;
    }

    /** Also prints the output of the JVM on the output of this one. */
    public ForkedJvmBuilder echo() {
        echo = true;
        return this;
    }

    /** Arms a {@link CrashPoint} for the first time it is reached. */
    public ForkedJvmBuilder crashAt(String point) {
        return crashAt(point, 1);
    }

    /**
     * Arms a {@link CrashPoint}. Several points may be armed: the one reached first stops the JVM.
     *
     * @param time for which time of reaching it, from 1
     * @throws IllegalArgumentException if the name has other characters than letters, digits, dot, underscore and minus,
     *     or the time is below 1
     */
    public ForkedJvmBuilder crashAt(String point, int time) {
        crashPoints.add(CrashPoint.property(point, time));
        return this;
    }

    /**
     * Starts the JVM and returns at once; wait for a line that it prints with {@link ForkedJvm#awaitLine}.
     *
     * @throws UncheckedIOException if the java command cannot be run
     */
    public ForkedJvm start() {
        List<String> command = command();
        try {
            ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
            process.environment().put("CLASSPATH", classPath); // Longer than some command lines may be.
            return new ForkedJvm(process.start(), mainClass, echo);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "ForkedJvm cannot run " + command.get(0) + " for " + mainClass + "; check javaHome()", e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin")
                .resolve(OperatingSystem.executable("java"))
                .toString());
        command.add("-Xmx" + heap);
        command.addAll(options);
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        if (!crashPoints.isEmpty()) {
            command.add("-D" + CrashPoint.POINTS_PROPERTY + "=" + String.join(",", crashPoints));
        }
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }
}
