/**
 * Real PostgreSQL and Redis servers, forked JVMs and crashes on demand for tests of change data capture, with or without Docker.
 *
 * <ul>
 *   <li>{@link dev.cdcpipeline.testkit.PostgresSource}: a server with logical decoding that can be killed and restarted;
 *   <li>{@link dev.cdcpipeline.testkit.TestDatabase}: one database on it which drops itself together with its slots;
 *   <li>{@link dev.cdcpipeline.testkit.RedisServer}: a Redis server that can be killed, emptied, suspended and replicated;
 *   <li>{@link dev.cdcpipeline.testkit.ForkedJvm}: a JVM that can be killed at random or at a
 *       {@link dev.cdcpipeline.testkit.CrashPoint};
 *   <li>{@link dev.cdcpipeline.testkit.contract}: what every store must do, as tests to extend.
 * </ul>
 */
@NullMarked
package dev.cdcpipeline.testkit;

import org.jspecify.annotations.NullMarked;
