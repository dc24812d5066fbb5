package dev.cdcpipeline.examples.orders;

import com.sun.net.httpserver.HttpExchange;
import dev.cdcpipeline.projection.redis.CacheCodec;
import dev.cdcpipeline.projection.redis.CacheReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code /orders/{id}}. Tells in {@code X-Cache} whether Redis had it, and in {@code X-Unchanged-For} how old the row is. */
final class OrderResource {
    private static final Duration LONGEST_WATCH = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(2);

    private final CacheReader<Order> reader;
    private final CacheCodec<Order> json;
    private final OrderTable table;

    OrderResource(CacheReader<Order> reader, CacheCodec<Order> json, OrderTable table) {
        this.reader = reader;
        this.json = json;
        this.table = table;
    }

    /** @return what is to be sent, nothing if there is no such order */
    byte[] answer(long id, HttpExchange exchange) throws IOException {
        return switch (exchange.getRequestMethod()) {
            case "PUT", "POST" -> done(table.changeStatus(id, body(exchange)));
            case "DELETE" -> done(table.delete(id));
            default -> get(id, exchange);
        };
    }

    private byte[] get(long id, HttpExchange exchange) {
        AtomicBoolean loaded = new AtomicBoolean();
        Optional<Order> order = reader.get(List.of(id), key -> {
            loaded.set(true);
            return table.find(id);
        });
        exchange.getResponseHeaders().set("X-Cache", loaded.get() ? "miss" : "hit");
        order.ifPresent(found -> exchange.getResponseHeaders()
                .set(
                        "X-Unchanged-For",
                        Duration.between(found.updatedAt(), Instant.now()).toMillis() + " ms"));
        return order.map(json::encode).orElse(new byte[0]);
    }

    /** Answers when the order is another one than at first, or after half a minute. */
    byte[] watch(long id, HttpExchange exchange) {
        long began = System.nanoTime();
        Optional<Order> first = reader.get(id);
        while (reader.get(id).equals(first) && System.nanoTime() - began < LONGEST_WATCH.toNanos()) {
            try {
                Thread.sleep(LOOK_EVERY.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return get(id, exchange);
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).trim();
    }

    private static byte[] done(boolean found) {
        return (found ? "committed\n" : "").getBytes(StandardCharsets.UTF_8);
    }
}
