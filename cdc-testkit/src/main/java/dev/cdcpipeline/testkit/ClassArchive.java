package dev.cdcpipeline.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a main class loads from jars, in a file that a JVM maps instead of reading, verifying and linking it again ("class data
 * sharing"). Made from the list of the first JVM that has loaded enough, when that has ended, be it by SIGKILL. Whatever goes
 * wrong: JVMs start without it, only slower. What the java command that made it said is in a log beside it.
 */
final class ClassArchive {
    private static final long MAKING_SECONDS = 60;

    /** One attempt for each in this JVM; another JVM may make the same one at the same time. */
    private static final Set<Path> ATTEMPTED = ConcurrentHashMap.newKeySet();

    private final Path java;
    private final List<String> jars;
    private final List<String> directories;
    private final int enough;
    private final Path archive;
    private final Path list;

    /**
     * @param directory where it is kept
     * @param enough with how many classes it is worth the seconds that it takes: a JVM that ended early has a short list
     */
    ClassArchive(Path directory, Path java, String classPath, String mainClass, int enough) {
        List<String> entries = List.of(classPath.split(File.pathSeparator));
        this.java = java;
        this.jars = entries.stream()
                .filter(entry -> Files.isRegularFile(Path.of(entry)))
                .toList();
        this.directories =
                entries.stream().filter(entry -> !jars.contains(entry)).toList();
        this.enough = enough;
        String name = mainClass + "-" + Integer.toHexString((java + classPath).hashCode());
        this.archive = directory.resolve(name + ".jsa").toAbsolutePath();
        this.list =
                directory.resolve(name + "-" + UUID.randomUUID() + ".classes").toAbsolutePath();
    }

    /** Jars first: an archive holds the beginning of a class path, and nothing from a directory. */
    String classPath() {
        return Stream.concat(jars.stream(), directories.stream()).collect(Collectors.joining(File.pathSeparator));
    }

    /** For a JVM that is about to start: to use the archive, or to list what it loads. */
    List<String> options() {
        if (isCurrent()) {
            return List.of("-XX:SharedArchiveFile=" + archive);
        }
        try {
            Files.createDirectories(archive.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("ForkedJvm cannot create the directory of shared classes", e);
        }
        return ATTEMPTED.contains(archive) ? List.of() : List.of("-XX:DumpLoadedClassList=" + list);
    }

    private boolean isCurrent() {
        try {
            FileTime made = Files.getLastModifiedTime(archive);
            for (String jar : jars) {
                if (Files.getLastModifiedTime(Path.of(jar)).compareTo(made) > 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException missing) {
            return false;
        }
    }

    /** For a JVM that has ended: makes the archive of its list, if there is none yet. */
    void ended() {
        try {
            if (Files.exists(list) && hasEnough() && ATTEMPTED.add(archive)) {
                make();
            }
        } catch (IOException e) {
            // The disk is full, or its directory is gone: there will be none.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            list.toFile().delete();
        }
    }

    /** Leaves out the last line, which a JVM that was killed has not written to its end. */
    private boolean hasEnough() throws IOException {
        String text = Files.readString(list);
        List<String> lines =
                text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        Files.write(list, lines);
        return lines.size() >= enough;
    }

    private void make() throws IOException, InterruptedException {
        Path fresh = list.resolveSibling(list.getFileName() + ".jsa");
        Path log = archive.resolveSibling(archive.getFileName() + ".log");
        ProcessBuilder dump = new ProcessBuilder(
                        java.toString(),
                        "-Xmx256m",
                        "-Xshare:dump",
                        "-XX:SharedClassListFile=" + list,
                        "-XX:SharedArchiveFile=" + fresh)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
        dump.environment().put("CLASSPATH", String.join(File.pathSeparator, jars));
        Process dumping = dump.start();
        try {
            if (dumping.waitFor(MAKING_SECONDS, TimeUnit.SECONDS) && dumping.exitValue() == 0) {
                Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            dumping.destroyForcibly();
            fresh.toFile().delete();
        }
    }
}
