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
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link ForkedJvm}.
 *
 * <p>Defaults: the Java and the class path of this JVM, a heap of at most 256 MB, no arguments, no system properties
 * other than those given here. Not safe for use by several threads.
 */
public final class ForkedJvmBuilder {

    /** What a small program loads is mapped from the JDK's own archive anyway. */
    private static final int WORTH_SHARING = 5000;

    private final String mainClass;
    private final List<String> arguments = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<String> crashPoints = new ArrayList<>();
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private String classPath = System.getProperty("java.class.path");
    private String heap = "256m";
    private boolean echo;
    private @Nullable Path sharedClasses;

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

    /**
     * Saves a large program that is started many times a third of its start: what it loads from jars is kept in an archive
     * that the next JVMs map. It is made when the first JVM that has loaded 5000 classes has ended, in the background, within
     * seconds; until then, and where it cannot be made, JVMs start as they do without. Changed jars are noticed.
     *
     * <p>Jars come before directories on the class path then.
     *
     * @param directory where it is kept, 50 MB for each main class and class path, such as one below {@code target};
     *     several JVMs may use the same
     */
    public ForkedJvmBuilder sharedClasses(Path directory) {
        sharedClasses = directory;
        return this;
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
        Path directory = sharedClasses;
        if (directory == null) {
            return new ForkedJvm(launch(classPath, List.of()), mainClass, echo);
        }
        ClassArchive archive = new ClassArchive(directory, java(), classPath, mainClass, WORTH_SHARING);
        Process process = launch(archive.classPath(), archive.options());
        process.onExit().thenRunAsync(archive::ended);
        return new ForkedJvm(process, mainClass, echo);
    }

    private Process launch(String path, List<String> sharing) {
        List<String> command = command(sharing);
        try {
            ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
            process.environment().put("CLASSPATH", path); // Longer than some command lines may be.
            return process.start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "ForkedJvm cannot run " + command.get(0) + " for " + mainClass + "; check javaHome()", e);
        }
    }

    private Path java() {
        return javaHome.resolve("bin").resolve(OperatingSystem.executable("java"));
    }

    private List<String> command(List<String> sharing) {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.add("-Xmx" + heap);
        command.addAll(sharing);
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
