package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** The redis-server program: the one of {@code org.signal:embedded-redis} for this machine, else the one on the PATH. */
final class RedisProgram {

    private static final String VERSION = "7.0.15";

    private static @Nullable String command;

    private RedisProgram() {}

    /** Unpacked once per machine. */
    static synchronized String command() {
        String result = command;
        if (result == null || (!result.equals(onPath()) && !Files.exists(Path.of(result)))) {
            result = unpackedOrOnPath();
            command = result;
        }
        return result;
    }

    private static String unpackedOrOnPath() {
        try (InputStream program = RedisProgram.class.getResourceAsStream("/" + name())) {
            return program == null ? onPath() : unpackOnce(program);
        } catch (IOException e) {
            throw new UncheckedIOException("RedisServer cannot unpack " + name(), e);
        }
    }

    private static String onPath() {
        return "redis-server";
    }

    private static String name() {
        String arch = System.getProperty("os.arch", "");
        String known = switch (arch) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            case "x86", "i386", "i686" -> "386";
            default -> arch;
        };
        String system = OperatingSystem.isMac() ? "darwin" : OperatingSystem.isWindows() ? "windows" : "linux";
        return "redis-server-" + VERSION + "-" + system + "-" + known;
    }

    private static String unpackOnce(InputStream program) throws IOException {
        Path target = Directories.root().resolve(name());
        if (!Files.exists(target)) {
            Path fresh = Directories.temporary("unpacking-");
            Path file = fresh.resolve(name());
            Files.copy(program, file);
            if (!file.toFile().setExecutable(true)) {
                throw new IOException(file + " cannot be made executable; is the file system mounted noexec?");
            }
            // Over what another JVM has put there meanwhile: the same.
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Directories.delete(fresh);
        }
        return target.toString();
    }
}
