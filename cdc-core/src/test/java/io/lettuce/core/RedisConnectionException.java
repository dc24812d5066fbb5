package io.lettuce.core;

/** In place of Lettuce's, by the name that the table knows it by. */
public class RedisConnectionException extends RedisException {
    private static final long serialVersionUID = 1L;

    public RedisConnectionException(String message, Throwable cause) {
        super(message);
        initCause(cause);
    }
}
