package dev.cdcpipeline.testkit;

/** The life of one PostgreSQL server, whatever it runs in. Implementations are safe for use by several threads. */
interface PostgresServer extends AutoCloseable {

    String KIND = "postgres";
    String USERNAME = "postgres";
    String PASSWORD = "postgres";

    String host();

    /** The same port for the whole life of the server, restarts included. */
    int port();

    boolean isRunning();

    /** Starts the server, at first or again on the data it had, and returns when it accepts connections. */
    void start();

    /** Stops the server, its data kept. Does nothing if it does not run. */
    void stop();

    /** Kills the server process with SIGKILL, its data kept as they are. Does nothing if it does not run. */
    void kill9();

    /** The last lines the server has logged. */
    String logTail();

    /** Stops the server and removes what was created for it. */
    @Override
    void close();
}
