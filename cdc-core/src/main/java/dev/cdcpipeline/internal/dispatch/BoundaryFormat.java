package dev.cdcpipeline.internal.dispatch;

/** Writes a boundary in the decoder's own text form. */
@FunctionalInterface
public interface BoundaryFormat {

    /**
     * @param base where the finished transaction ended
     * @param transactionId its number, never that of an open one
     * @param commitMicros its commit time, microseconds since 1970
     */
    String boundary(long base, long transactionId, long commitMicros);
}
