package io.lettuce.core;

/** In place of Lettuce's, by the name that the table knows it by. */
public class RedisException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RedisException(String message) {
        super(message);
    }
}
