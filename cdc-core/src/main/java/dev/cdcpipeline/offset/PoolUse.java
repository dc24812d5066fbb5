package dev.cdcpipeline.offset;

/**
 * How a connection pool is used now.
 *
 * @param active connections that are lent
 * @param idle connections that are open and free
 * @param waiting threads that wait for one
 * @param max most that it opens
 */
public record PoolUse(int active, int idle, int waiting, int max) {}
