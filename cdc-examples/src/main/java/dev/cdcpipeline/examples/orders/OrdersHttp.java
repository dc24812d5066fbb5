package dev.cdcpipeline.examples.orders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.projection.redis.CacheCodec;
import dev.cdcpipeline.projection.redis.CacheReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The orders over HTTP: reads come from the cache, writes go to the database only. */
final class OrdersHttp implements AutoCloseable {
    private static final Pattern ORDER = Pattern.compile("/orders/(\\d{1,18})(/watch)?");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final OrderResource orders;
    private final StatusPage status;

    private OrdersHttp(HttpServer server, OrderResource orders, StatusPage status) {
        this.server = server;
        this.orders = orders;
        this.status = status;
    }

    /** @param port 0 for a free one */
    static OrdersHttp start(
            int port, CdcPipeline pipeline, CacheReader<Order> reader, CacheCodec<Order> json, OrderTable table)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        OrdersHttp http =
                new OrdersHttp(server, new OrderResource(reader, json, table), new StatusPage(pipeline, reader));
        server.setExecutor(http.threads);
        server.createContext("/", http::answer);
        server.start();
        return http;
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body;
            try {
                body = body(exchange, exchange.getRequestURI().getPath());
            } catch (RuntimeException e) {
                send(exchange, 500, (e + "\n").getBytes(StandardCharsets.UTF_8));
                return;
            }
            send(exchange, body.length == 0 ? 404 : 200, body);
        }
    }

    private byte[] body(HttpExchange exchange, String path) throws IOException {
        if (path.equals("/")) {
            return status.text(address()).getBytes(StandardCharsets.UTF_8);
        }
        Matcher order = ORDER.matcher(path);
        if (!order.matches()) {
            return new byte[0];
        }
        long id = Long.parseLong(order.group(1));
        return order.group(2) == null ? orders.answer(id, exchange) : orders.watch(id, exchange);
    }

    private static void send(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
