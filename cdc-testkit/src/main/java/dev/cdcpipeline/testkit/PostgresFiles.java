package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data directory and the log of an embedded server. */
final class PostgresFiles {

    private static final int PID_LINE = 0;
    private static final int STATUS_LINE = 7;
    /** Since 16. Most of what a connection costs the client is the 4096 hashes that protect a password from guessing. */
    private static final String CHEAP_PASSWORDS = "scram_iterations";

    private final @Nullable Path temporary;
    private final Path data;
    private final Path log;
    private long logSizeBeforeLaunch;

    /**
     * @param dataDirectory null for a temporary one
     * @param durable whether they have to be on a disk
     */
    PostgresFiles(@Nullable Path dataDirectory, boolean durable) {
        this.temporary = dataDirectory != null ? null : temporary(durable);
        this.data = dataDirectory == null ? temporary.resolve("data") : dataDirectory.toAbsolutePath();
        this.log = data.resolveSibling(data.getFileName() + ".log");
    }

    private static Path temporary(boolean durable) {
        return durable ? Directories.temporary("server-") : Directories.temporaryInMemory("server-");
    }

    Path data() {
        return data;
    }

    /** The directory to delete in the end, or null if the user named the data directory. */
    @Nullable
    Path temporary() {
        return temporary;
    }

    /** Written by the server when it starts, removed when it ends in order. */
    Path pidFile() {
        return data.resolve("postmaster.pid");
    }

    /** Runs initdb unless the directory already holds a database cluster. */
    void initialize(EmbeddedBinaries binaries) {
        if (Files.exists(data.resolve("PG_VERSION"))) {
            return;
        }
        Path passwordFile = data.resolveSibling(data.getFileName() + ".password");
        try {
            Files.createDirectories(data.getParent());
            Files.writeString(passwordFile, PostgresServer.PASSWORD);
            List<String> command = new ArrayList<>(binaries.command(
                    "initdb",
                    "--pgdata=" + data,
                    "--username=" + PostgresServer.USERNAME,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-locale",
                    "--no-sync"));
            if (binaries.know(CHEAP_PASSWORDS)) {
                command.addAll(List.of("--set", CHEAP_PASSWORDS + "=1"));
            }
            Process initdb = launch(command);
            if (initdb.waitFor() != 0) {
                throw new IllegalStateException("initdb failed in " + data + ":\n" + logTail());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PostgresSource cannot create a database cluster in " + data, e);
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        } finally {
            passwordFile.toFile().delete();
        }
    }

    Process launch(List<String> command) {
        try {
            logSizeBeforeLaunch = Files.exists(log) ? Files.size(log) : 0;
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgresSource cannot run " + command.get(0), e);
        }
    }

    /** Whether the pid file, which only the server of this directory writes, names this process and says ready. */
    boolean showReady(Process postmaster) {
        try {
            List<String> lines = Files.readAllLines(pidFile());
            return lines.size() > STATUS_LINE
                    && lines.get(PID_LINE).trim().equals(Long.toString(postmaster.pid()))
                    && lines.get(STATUS_LINE).trim().equals("ready");
        } catch (NoSuchFileException notYet) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgresSource cannot read the pid file in " + data, e);
        }
    }

    /** Whether the process launched last has logged this text. */
    boolean lastLaunchLogged(String text) {
        return logFrom(logSizeBeforeLaunch).contains(text);
    }

    String logTail() {
        return Lines.tail(logFrom(0).lines().toList());
    }

    private String logFrom(long offset) {
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(offset);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    void delete() {
        if (temporary != null) {
            Directories.delete(temporary);
        }
    }
}
