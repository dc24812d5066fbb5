package dev.cdcpipeline.preflight;

import java.util.UUID;

/** A role of the source server that the checks of a bench run as. */
final class Role {
    private static final String PASSWORD = "tell-nobody-4711";

    private final Bench bench;
    private final String name = "role_" + UUID.randomUUID().toString().substring(0, 8);

    /** Makes it with these attributes, such as {@code login replication}. */
    Role(Bench bench, String attributes) {
        this.bench = bench;
        bench.execute("create role " + name + " " + attributes + " password '" + PASSWORD + "'");
    }

    String name() {
        return name;
    }

    /** Connects the bench anew as this role. */
    void become() {
        bench.disconnect();
        bench.shard().user(name).password(PASSWORD);
    }

    void drop() {
        bench.disconnect();
        bench.execute("drop owned by " + name + " cascade", "drop role " + name);
    }
}
