package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.testkit.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** One server for all tests of a class, and empty before each. */
abstract class OneRedis {
    static RedisServer server;
    static RedisContent redis;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        redis = new RedisContent(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.command("FLUSHALL");
    }
}
