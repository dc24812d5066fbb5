package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.testkit.PostgresSource;

/** Where a database is, as one word that can be given to another process. Its password protects nothing. */
record ServerAddress(String host, int port, String database, String user, String password) {

    static ServerAddress of(PostgresSource server, String database) {
        return new ServerAddress(server.host(), server.port(), database, server.username(), server.password());
    }

    static ServerAddress parse(String text) {
        String[] parts = text.split(",", -1);
        return new ServerAddress(parts[0], Integer.parseInt(parts[1]), parts[2], parts[3], parts[4]);
    }

    String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    @Override
    public String toString() {
        return String.join(",", host, Integer.toString(port), database, user, password);
    }
}
