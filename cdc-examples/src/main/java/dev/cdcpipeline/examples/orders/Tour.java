package dev.cdcpipeline.examples.orders;

import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Predicate;

/** Asks the endpoint as its clients do, prints what comes, and fails if it is not what has to come. */
final class Tour {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;
    private final PostgresSource postgres;
    private final RedisServer redis;

    Tour(String address, PostgresSource postgres, RedisServer redis) {
        this.address = address;
        this.postgres = postgres;
        this.redis = redis;
    }

    void make() throws IOException, InterruptedException {
        say("the first load has put every row into Redis");
        awaitSeen(1, Tour::isHit);
        System.out.println("redis> GET order:1\n  " + redis.command("GET", "order:1"));

        say("an entry that was evicted is loaded from PostgreSQL once, and filled in");
        redis.command("DEL", "order:1");
        expect(get(1), answer -> !isHit(answer));
        awaitSeen(1, Tour::isHit);

        say("a change goes to PostgreSQL only, and arrives by the pipeline");
        expect(send("PUT", 1, "paid"), answer -> answer.statusCode() == 200);
        awaitSeen(1, answer -> isHit(answer) && answer.body().contains("\"paid\""));

        say("so does one that somebody makes by hand");
        postgres.execute(Shop.DATABASE, "update orders set status = 'shipped', updated_at = now() where id = 1");
        awaitSeen(1, answer -> isHit(answer) && answer.body().contains("\"shipped\""));

        say("a deleted row is gone");
        expect(send("DELETE", 2, ""), answer -> answer.statusCode() == 200);
        awaitSeen(2, answer -> answer.statusCode() == 404);

        say("Redis loses everything: readers go on with PostgreSQL, and the pipeline fills it again");
        redis.emptyRestart();
        expect(get(1), answer -> answer.body().contains("\"shipped\""));
        awaitSeen(1, Tour::isHit);
        say("done");
    }

    private HttpResponse<String> get(long id) throws IOException, InterruptedException {
        return send("GET", id, "");
    }

    private HttpResponse<String> send(String method, long id, String body) throws IOException, InterruptedException {
        URI order = URI.create(address + "/orders/" + id);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(order)
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        System.out.printf(
                "%s /orders/%d %s%n  %d %s %s%n",
                method,
                id,
                body,
                answer.statusCode(),
                answer.headers()
                        .firstValue("X-Cache")
                        .map(cache -> "X-Cache: " + cache)
                        .orElse(""),
                answer.body().strip());
        return answer;
    }

    private void awaitSeen(long id, Predicate<HttpResponse<String>> seen) throws IOException, InterruptedException {
        long began = System.nanoTime();
        URI order = URI.create(address + "/orders/" + id);
        while (!seen.test(http.send(HttpRequest.newBuilder(order).build(), BodyHandlers.ofString()))) {
            if (System.nanoTime() - began > SOON.toNanos()) {
                throw new IllegalStateException("not seen within " + SOON.toSeconds() + " s");
            }
            Thread.sleep(1);
        }
        System.out.printf("  seen after %d ms:%n", (System.nanoTime() - began) / 1_000_000);
        get(id);
    }

    private static boolean isHit(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Cache").filter("hit"::equals).isPresent();
    }

    private static void expect(HttpResponse<String> answer, Predicate<HttpResponse<String>> expected) {
        if (!expected.test(answer)) {
            throw new IllegalStateException("that is not what has to come: " + answer);
        }
    }

    private static void say(String what) {
        System.out.println("\n# " + what);
    }
}
