package dev.cdcpipeline.testkit;

import dev.cdcpipeline.testkit.RedisClusterView.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Redis cluster of three masters with a replica each. Node timeout is a second: a replica takes over about two to three
 * seconds after its master's death.
 *
 * <pre>{@code
 * try (RedisCluster cluster = RedisCluster.start()) {
 *     RedisServer lost = cluster.killMasterOf("order:1");
 *     cluster.awaitOk(); // its replica has taken over
 *     lost.restart();    // it comes back as a replica
 *     cluster.migrateSlot(cluster.slotOf("order:1"));
 * }
 * }</pre>
 *
 * <p>Embedded only, without TLS. Safe for use by several threads.
 */
public final class RedisCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    /** With nodes that keep nothing but their place in the cluster across a restart and ask for no password. */
    public static RedisCluster start() {
        return start(node -> node);
    }

    /**
     * Starts all nodes; returns when all slots are served and the replicas have their masters' data.
     *
     * @param settings of every node
     */
    public static RedisCluster start(UnaryOperator<RedisServerBuilder> settings) {
        RedisCluster cluster = new RedisCluster();
        try {
            RedisSettings all = settings.apply(RedisServer.builder()).clusterSettings();
            for (int i = 0; i < 2 * MASTERS; i++) {
                cluster.nodes.add(node(all));
            }
            cluster.form();
            cluster.awaitOk();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private static RedisServer node(RedisSettings settings) {
        Path directory = Directories.temporary("redis-node-");
        RedisServer node = new RedisServer(
                new EmbeddedRedis(
                        directory,
                        List.of(),
                        port -> lines(settings, port, directory),
                        port -> settings.connector(EmbeddedRedis.HOST, port)),
                settings);
        try {
            node.launch();
            return node;
        } catch (RuntimeException | Error e) {
            node.close();
            throw e;
        }
    }

    private static List<String> lines(RedisSettings settings, int port, Path directory) {
        List<String> lines = new ArrayList<>(List.of(
                "cluster-enabled yes",
                "cluster-node-timeout 1000",
                "cluster-allow-replica-migration no",
                "cluster-port " + ServerPorts.free(),
                "cluster-config-file \"" + directory.resolve("nodes.conf") + "\""));
        lines.addAll(settings.lines(EmbeddedRedis.HOST, port, EmbeddedRedis.data(directory)));
        return lines;
    }

    private void form() {
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        RedisServer first = nodes.get(0);
        String bus = first.config("cluster-port");
        for (RedisServer node : nodes.subList(1, nodes.size())) {
            node.command("CLUSTER", "MEET", first.host(), Integer.toString(first.port()), bus);
        }
        for (int i = 0; i < MASTERS; i++) {
            int from = i * SLOTS / MASTERS;
            int to = (i + 1) * SLOTS / MASTERS - 1;
            nodes.get(i).command("CLUSTER", "ADDSLOTSRANGE", Integer.toString(from), Integer.toString(to));
        }
        await("Its nodes do not meet", this::allAgree);
        for (int i = 0; i < MASTERS; i++) {
            nodes.get(MASTERS + i)
                    .command("CLUSTER", "REPLICATE", view(nodes.get(i)).myself().id());
        }
    }

    /** All nodes, those that do not run as well. */
    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    /** Of all nodes. */
    public List<String> uris() {
        return nodes.stream().map(RedisServer::uri).toList();
    }

    /** The slot of a key. */
    public int slotOf(String key) {
        return Math.toIntExact((Long) requireReply(answering().get(0).command("CLUSTER", "KEYSLOT", key)));
    }

    /** The node that serves the slot. */
    public RedisServer masterOf(int slot) {
        return answering().stream()
                .filter(node -> view(node).myself().serves(slot))
                .max(Comparator.comparingLong(node -> view(node).myself().epoch()))
                .orElseThrow(() -> new IllegalStateException("No node of " + this + " serves slot " + slot));
    }

    /** The node that serves the key. */
    public RedisServer masterOf(String key) {
        return masterOf(slotOf(key));
    }

    /** Kills the node that serves the slot, and returns it. {@link #awaitOk()} waits for its replica to take over. */
    public RedisServer killMasterOf(int slot) {
        RedisServer master = masterOf(slot);
        master.kill();
        return master;
    }

    /** Kills the node that serves the key, and returns it. */
    public RedisServer killMasterOf(String key) {
        return killMasterOf(slotOf(key));
    }

    /**
     * Waits until nodes that run serve all slots, agree about each other, and the replicas among them have their masters'
     * data.
     *
     * @throws IllegalStateException if that is not so within a minute
     */
    public void awaitOk() {
        await("It is not ok", () -> slotsServed() == SLOTS && allAgree() && allReplicasInSync());
    }

    /** {@link #migrateSlot(int, Runnable)}, without anything between the keys. */
    public void migrateSlot(int slot) {
        migrateSlot(slot, () -> {});
    }

    /**
     * Moves a slot to another master, key by key as {@code redis-cli} would: meanwhile clients are sent back and forth
     * (ASK, TRYAGAIN).
     *
     * @param betweenKeys called before the first key is moved, and after each
     */
    public void migrateSlot(int slot, Runnable betweenKeys) {
        RedisServer from = masterOf(slot);
        List<RedisServer> masters = answering().stream()
                .filter(node -> view(node).myself().isMaster())
                .toList();
        RedisServer to = masters.stream()
                .filter(node -> node != from)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No other master runs in " + this));
        String number = Integer.toString(slot);
        String target = view(to).myself().id();
        to.command(
                "CLUSTER", "SETSLOT", number, "IMPORTING", view(from).myself().id());
        from.command("CLUSTER", "SETSLOT", number, "MIGRATING", target);
        betweenKeys.run();
        while (requireReply(from.command("CLUSTER", "GETKEYSINSLOT", number, "1")) instanceof List<?> keys
                && !keys.isEmpty()) {
            migrate(from, to, String.valueOf(keys.get(0)));
            betweenKeys.run();
        }
        to.command("CLUSTER", "SETSLOT", number, "NODE", target);
        masters.stream()
                .filter(node -> node != to)
                .forEach(node -> node.command("CLUSTER", "SETSLOT", number, "NODE", target));
    }

    private static void migrate(RedisServer from, RedisServer to, String key) {
        List<String> command =
                new ArrayList<>(List.of("MIGRATE", to.host(), Integer.toString(to.port()), key, "0", "5000"));
        RedisUser admin = to.settings().admin();
        if (admin != null) {
            command.addAll(List.of("AUTH2", admin.name(), admin.password()));
        }
        from.command(command.toArray(String[]::new));
    }

    private List<RedisServer> answering() {
        return nodes.stream().filter(RedisServer::answers).toList();
    }

    private int slotsServed() {
        return answering().stream()
                .map(node -> view(node).myself())
                .filter(Member::isMaster)
                .mapToInt(Member::slotCount)
                .sum();
    }

    private boolean allAgree() {
        List<RedisServer> asked = answering();
        List<RedisClusterView> views = asked.stream().map(RedisClusterView::of).toList();
        return asked.stream()
                        .allMatch(node ->
                                String.valueOf(node.command("CLUSTER", "INFO")).contains("cluster_state:ok"))
                && views.stream()
                        .map(RedisClusterView::myself)
                        .allMatch(member -> views.stream().allMatch(view -> view.agreesWith(member)));
    }

    private boolean allReplicasInSync() {
        return answering().stream()
                .filter(node -> !view(node).myself().isMaster())
                .allMatch(RedisServer::isInSync);
    }

    private static RedisClusterView view(RedisServer node) {
        return RedisClusterView.of(node);
    }

    private void await(String complaint, BooleanSupplier condition) {
        Await.until(
                condition,
                TIMEOUT,
                () -> this + ": " + complaint + ":\n"
                        + answering().stream()
                                .map(node -> String.valueOf(node.command("CLUSTER", "NODES")))
                                .collect(Collectors.joining("\n")));
    }

    private static Object requireReply(@Nullable Object reply) {
        return Objects.requireNonNull(reply, "No reply");
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }

    @Override
    public String toString() {
        return "RedisCluster" + nodes;
    }
}
