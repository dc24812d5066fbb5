package dev.cdcpipeline.projection.redis;

/** The answer to a reader that wants to fill an entry. */
sealed interface Lease {

    /** Somebody else has filled it. */
    record Found(byte[] value) implements Lease {}

    /** Somebody else is about to fill it. */
    record Held() implements Lease {}

    /** Nobody may fill it now. */
    record Unadmitted() implements Lease {}

    /**
     * The reader may fill it, if nothing happens to the entry meanwhile.
     *
     * @param token who holds it
     * @param life of the content for which it was given
     * @param expires when it is gone at the latest, in seconds since 1970 by the clock of the server
     */
    record Granted(String token, String life, long expires) implements Lease {}
}
