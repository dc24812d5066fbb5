package dev.cdcpipeline.testkit;

/** The life of one Redis server, whatever it runs in. Implementations are safe for use by several threads. */
interface RedisProcess extends AutoCloseable {

    String host();

    /** The same port for the whole life of the server, restarts included. */
    int port();

    /** Also true while it is suspended. */
    boolean isRunning();

    /** Starts the server, at first or again on the data it had, and returns when it answers and has loaded its data. */
    void start();

    /** Kills the server with SIGKILL, its data kept as they are. Does nothing if it does not run. */
    void kill9();

    void suspend();

    void resume();

    /** Deletes the data of a server that does not run. */
    void deleteData();

    /** The last lines the server has logged. */
    String logTail();

    /** Ends the server and removes what was created for it. */
    @Override
    void close();
}
