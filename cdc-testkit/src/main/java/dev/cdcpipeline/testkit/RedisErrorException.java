package dev.cdcpipeline.testkit;

/** A Redis server has refused a command of {@link RedisServer#command(String...)}. */
public final class RedisErrorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisErrorException(String command, String error) {
        super(command + ": " + error);
    }
}
