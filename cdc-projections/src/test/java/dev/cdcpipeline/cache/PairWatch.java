package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pairs of {@link ShopTransactions} all the time, as a user would, each time with one MGET: both orders are there and equal,
 * or neither, and what was seen once is never followed by anything older. Connects anew when Redis was away.
 */
final class PairWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] KEYS = IntStream.rangeClosed(1, 2 * ShopTransactions.PAIRS)
            .mapToObj(id -> "order:" + -id)
            .toArray(String[]::new);

    private final RedisURI uri;
    private final AtomicLong looks = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    /** The number last seen of each pair, and whether it was gone since. */
    private final long[] seen = new long[ShopTransactions.PAIRS];

    private final boolean[] gone = new boolean[ShopTransactions.PAIRS];
    private boolean forgiving;
    private volatile boolean stopping;
    private volatile @Nullable Exception refusal;

    PairWatch(String uri) {
        this.uri = RedisURI.create(uri);
        this.uri.setTimeout(TIMEOUT);
        Thread thread = new Thread(this::watch, "pair-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        RedisClient client = RedisClient.create(uri);
        while (!stopping) {
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                while (!stopping) {
                    look(connection);
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            } catch (RedisException | IOException e) {
                refusal = e;
                LockSupport.parkNanos(10 * PAUSE.toNanos());
            }
        }
        client.shutdown();
    }

    private synchronized void look(StatefulRedisConnection<String, String> connection) throws IOException {
        List<KeyValue<String, String>> found = connection.sync().mget(KEYS);
        looks.incrementAndGet();
        for (int pair = 0; pair < ShopTransactions.PAIRS && !forgiving; pair++) {
            Long one = number(found.get(pair));
            Long other = number(found.get(pair + ShopTransactions.PAIRS));
            if (one == null || other == null || !one.equals(other)) {
                if (one != null || other != null) {
                    wrong.add("pair " + pair + " torn: " + one + " and " + other);
                }
                gone[pair] = true;
                continue;
            }
            if (one < seen[pair] || one == seen[pair] && gone[pair]) {
                wrong.add("pair " + pair + " went back from " + seen[pair] + (gone[pair] ? ", and gone," : "") + " to "
                        + one);
            }
            seen[pair] = one;
            gone[pair] = false;
        }
    }

    private static @Nullable Long number(KeyValue<String, String> value) throws IOException {
        return value.hasValue() ? JSON.readTree(value.getValue()).get("total").longValue() : null;
    }

    /** Redis is going to lose data: until {@link #strict()} everything goes. */
    synchronized void forgiving() {
        forgiving = true;
    }

    /** What was lost is repaired. */
    synchronized void strict() {
        if (forgiving) {
            java.util.Arrays.fill(seen, 0);
            java.util.Arrays.fill(gone, false);
            forgiving = false;
        }
    }

    long looks() {
        return looks.get();
    }

    void assertNothingWrong() {
        assertThat(new ArrayList<>(wrong))
                .as("after " + looks + " looks; last refused by " + refusal)
                .isEmpty();
    }

    @Override
    public void close() {
        stopping = true;
    }
}
