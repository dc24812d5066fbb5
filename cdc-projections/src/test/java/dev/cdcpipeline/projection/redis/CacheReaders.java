package dev.cdcpipeline.projection.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Readers of what a pipeline keeps in one Redis, which end with the test. */
abstract class CacheReaders extends OneRedis {
    private final List<CacheReader<String>> readers = new ArrayList<>();
    CachePipeline pipeline;

    @BeforeEach
    void run() {
        pipeline = new CachePipeline(server, "shop", "db0", 1);
        pipeline.claim();
        pipeline.admit();
    }

    @AfterEach
    void close() {
        readers.forEach(CacheReader::close);
        pipeline.close();
    }

    CacheReaderBuilder<String> building() {
        return CacheReader.of(server.uri())
                .pipeline("shop")
                .target("cache")
                .projection(CachePipeline.PROJECTION, CachePipeline.KEY, new TextCodec(), Duration.ofMinutes(10))
                .timeout(Duration.ofSeconds(5))
                .pauseAfterFailure(Duration.ofMillis(20));
    }

    CacheReader<String> reader(CacheReaderBuilder<String> builder) {
        CacheReader<String> reader = builder.build();
        readers.add(reader);
        return reader;
    }

    static @Nullable String get(String key) {
        return redis.get(key);
    }
}
