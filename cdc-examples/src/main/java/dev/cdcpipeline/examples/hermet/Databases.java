package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.testkit.PostgresSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Three PostgreSQL servers with the tables of the demo: two shards with rows in them, and an empty read model. */
final class Databases implements AutoCloseable {
    static final List<String> SHARDS = List.of("db0", "db1");
    static final String READ_MODEL = "read_model";
    static final String CHECK = "check";

    private final Map<String, PostgresSource> servers;

    private Databases(Map<String, PostgresSource> servers) {
        this.servers = servers;
    }

    static Databases start(int usersPerShard) {
        CompletableFuture<PostgresSource> db0 = CompletableFuture.supplyAsync(PostgresSource::start);
        CompletableFuture<PostgresSource> db1 = CompletableFuture.supplyAsync(PostgresSource::start);
        CompletableFuture<PostgresSource> readModel = CompletableFuture.supplyAsync(PostgresSource::start);
        Databases databases = new Databases(Map.of("db0", db0.join(), "db1", db1.join(), READ_MODEL, readModel.join()));
        SHARDS.forEach(shard -> databases.createShard(shard, usersPerShard));
        databases.server(READ_MODEL).createDatabase(READ_MODEL);
        databases.server(READ_MODEL).execute(READ_MODEL, resource("read-model.sql"));
        databases.server(READ_MODEL).createDatabase(CHECK);
        return databases;
    }

    private void createShard(String shard, int users) {
        server(shard).createDatabase(shard);
        for (String script : List.of("chat.sql", "seed.sql")) {
            String sql = resource(script)
                    .replace("{first}", Integer.toString(firstId(shard)))
                    .replace("{users}", Integer.toString(users))
                    .replace("{shard}", shard);
            server(shard).execute(shard, sql);
        }
    }

    /** Ids of a shard are this, plus 2, plus 4, and so on. */
    static int firstId(String shard) {
        return shard.equals("db0") ? 2 : 1;
    }

    /** The server on which this database is. */
    PostgresSource server(String database) {
        return Objects.requireNonNull(servers.get(database.equals(CHECK) ? READ_MODEL : database));
    }

    ServerAddress address(String database) {
        return ServerAddress.of(server(database), database);
    }

    static String resource(String name) {
        try (InputStream in = Databases.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    @Override
    public void close() {
        servers.values().forEach(PostgresSource::close);
    }
}
