package dev.cdcpipeline.failure;

/**
 * One row of {@link FailureTable}.
 *
 * @param by how it is recognised
 * @param name what is recognised: a SQL state or its first two characters, a class with its subclasses, the first words of an error
 * @param kind what it means
 * @param advice what it is and what to do about it, to end a message with
 */
public record FailureRule(By by, String name, FailureKind kind, String advice) {

    /** How a failure is recognised. Of each kind the nearest fits: a whole state before its class, a subclass before its superclass. */
    public enum By {
        /** By {@code SQLException.getSQLState()}. */
        SQL_STATE,
        /** By the first word of what a Redis server answers, or more words where that is the general ERR. */
        REDIS_ERROR,
        /** By a class or one of its superclasses, named so that its library need not be there. */
        CLASS,
        /** The same, but only if nothing else in the chain of causes is known: what a pool or a stream throws may wrap the reason. */
        GENERAL_CLASS
    }
}
