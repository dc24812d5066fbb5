package dev.cdcpipeline.examples.hermet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** People at work in all shards, some threads for each, at a bounded rate. */
final class ChatTraffic implements AutoCloseable {
    private static final int THREADS_PER_SHARD = 2;
    private static final long STOP_SECONDS = 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ChatPeople> people = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();

    private ChatTraffic() {}

    static ChatTraffic start(Databases databases, HermetSettings settings) {
        ChatTraffic traffic = new ChatTraffic();
        int all = Databases.SHARDS.size() * THREADS_PER_SHARD;
        for (int i = 0; i < all; i++) {
            String shard = Databases.SHARDS.get(i % Databases.SHARDS.size());
            Dice dice = new Dice(new SplittableRandom(i), Databases.firstId(shard), settings.users());
            double perSecond = (double) settings.rate() / all;
            traffic.people.add(new ChatPeople(databases.server(shard).dataSource(shard), dice, perSecond));
        }
        traffic.people.forEach(some -> traffic.running.add(traffic.threads.submit(some)));
        return traffic;
    }

    /** Transactions that were committed so far. */
    long committed() {
        return people.stream().mapToLong(ChatPeople::committed).sum();
    }

    /** Fails if one of the threads has failed. */
    void check() {
        for (Future<?> future : running) {
            if (future.isDone()) {
                end(future);
            }
        }
    }

    /** Lets each thread finish its transaction; returns when all have. */
    void stop() {
        people.forEach(ChatPeople::stop);
        running.forEach(ChatTraffic::end);
    }

    private static void end(Future<?> future) {
        try {
            future.get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the traffic failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the traffic did not stop within " + STOP_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** How often each action was committed; to be asked after {@link #stop}. */
    Map<String, Long> committedByAction() {
        Map<String, Long> sum = new TreeMap<>();
        people.forEach(some -> some.committedByAction().forEach((name, count) -> sum.merge(name, count, Long::sum)));
        return sum;
    }

    @Override
    public void close() {
        people.forEach(ChatPeople::stop);
        threads.shutdownNow();
    }
}
