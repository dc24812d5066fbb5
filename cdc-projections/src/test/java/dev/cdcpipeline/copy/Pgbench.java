package dev.cdcpipeline.copy;

import dev.cdcpipeline.testkit.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** The tables of PostgreSQL's pgbench, and its load of eight clients: by the program if there is one, else by threads that do the same. */
final class Pgbench {
    static final List<String> TABLES =
            List.of("pgbench_accounts", "pgbench_branches", "pgbench_tellers", "pgbench_history");

    private static final int CLIENTS = 8;
    private static final int ACCOUNTS = 100_000;
    private static final int TELLERS = 10;

    private Pgbench() {}

    /** What {@code pgbench -i -s 1} makes; its history has no key. */
    static void create(TestDatabase database) {
        database.execute(
                "create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))",
                "create table pgbench_tellers (tid int not null, bid int, tbalance int, filler char(84)) with (fillfactor=100)",
                "create table pgbench_accounts (aid int not null, bid int, abalance int, filler char(84)) with (fillfactor=100)",
                "create table pgbench_branches (bid int not null, bbalance int, filler char(88)) with (fillfactor=100)",
                "insert into pgbench_branches (bid, bbalance) values (1, 0)",
                "insert into pgbench_tellers (tid, bid, tbalance) select i, 1, 0 from generate_series(1, " + TELLERS
                        + ") i",
                "insert into pgbench_accounts select i, 1, 0, '' from generate_series(1, " + ACCOUNTS + ") i",
                "alter table pgbench_branches add primary key (bid)",
                "alter table pgbench_tellers add primary key (tid)",
                "alter table pgbench_accounts add primary key (aid)",
                "vacuum analyze");
    }

    /** Runs the load to its end, which takes this long. */
    static void load(TestDatabase database, Duration length) throws Exception {
        Optional<Path> program = program();
        System.out.println("load for " + length + " by "
                + program.map(Path::toString).orElse("threads; pgbench is not on this machine"));
        if (program.isPresent()) {
            load(program.get(), database, length);
        } else {
            loadByThreads(database, length);
        }
    }

    private static Optional<Path> program() throws IOException {
        List<Path> directories = new ArrayList<>(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .map(Path::of)
                        .toList());
        Path packages = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(packages)) {
            try (Stream<Path> versions = Files.list(packages)) {
                versions.sorted(Comparator.reverseOrder()).forEach(version -> directories.add(version.resolve("bin")));
            }
        }
        return directories.stream()
                .map(directory -> directory.resolve("pgbench"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void load(Path program, TestDatabase database, Duration length) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "-n",
                        "-c",
                        "" + CLIENTS,
                        "-j",
                        "2",
                        "-T",
                        "" + length.toSeconds(),
                        "-h",
                        database.source().host(),
                        "-p",
                        "" + database.source().port(),
                        "-U",
                        database.source().username(),
                        database.name())
                .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", database.source().password());
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("pgbench failed: " + output);
            }
            output.lines()
                    .filter(line -> line.contains("processed") || line.startsWith("tps"))
                    .forEach(System.out::println);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void loadByThreads(TestDatabase database, Duration length) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            long end = System.nanoTime() + length.toNanos();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> {
                    client(database, end);
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void client(TestDatabase database, long end) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            while (System.nanoTime() < end) {
                ThreadLocalRandom dice = ThreadLocalRandom.current();
                int aid = dice.nextInt(1, ACCOUNTS + 1);
                int tid = dice.nextInt(1, TELLERS + 1);
                int delta = dice.nextInt(-5000, 5001);
                update(connection, "update pgbench_accounts set abalance = abalance + ? where aid = ?", delta, aid);
                update(connection, "update pgbench_tellers set tbalance = tbalance + ? where tid = ?", delta, tid);
                update(connection, "update pgbench_branches set bbalance = bbalance + ? where bid = ?", delta, 1);
                update(
                        connection,
                        "insert into pgbench_history (tid, bid, aid, delta, mtime) values (?, ?, ?, ?, current_timestamp)",
                        tid,
                        1,
                        aid,
                        delta);
                connection.commit();
            }
        }
    }

    private static void update(Connection connection, String sql, int... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setInt(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
