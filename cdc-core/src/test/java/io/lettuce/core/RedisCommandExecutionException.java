package io.lettuce.core;

/** In place of Lettuce's, by the name that the table knows it by. */
public class RedisCommandExecutionException extends RedisException {
    private static final long serialVersionUID = 1L;

    public RedisCommandExecutionException(String message) {
        super(message);
    }
}
