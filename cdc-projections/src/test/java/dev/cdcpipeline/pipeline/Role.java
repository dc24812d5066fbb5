package dev.cdcpipeline.pipeline;

import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.UUID;

/** A role of a source server that belongs to one test, and its password. */
final class Role implements AutoCloseable {
    /** Stands in no message but by mistake. */
    static final String PASSWORD = "tell-nobody-4711";

    private final TestDatabase database;
    private final String name;

    private Role(TestDatabase database, String name) {
        this.database = database;
        this.name = name;
    }

    /** Makes a role with these attributes, such as {@code login replication}. */
    static Role create(TestDatabase database, String attributes) {
        Role role = new Role(database, "role_" + UUID.randomUUID().toString().substring(0, 8));
        database.execute("create role " + role.name + " " + attributes + " password '" + PASSWORD + "'");
        return role;
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        PostgresSource server = database.source();
        if (server.isRunning()) {
            database.execute("drop owned by " + name + " cascade", "drop role " + name);
        }
    }
}
