package dev.cdcpipeline.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** A Redis server in a container. The port on the host is fixed, so that a restarted one has it again. */
final class ContainerRedis implements RedisProcess {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String CONFIGURATION = "/etc/redis.conf";
    private static final int REDIS_PORT = 6379;

    private final String image;
    private final RedisSettings settings;
    private final Container container;
    private final int port = ServerPorts.free();
    private volatile boolean created;

    ContainerRedis(String image, RedisSettings settings) {
        this.image = image;
        this.settings = settings;
        this.container = new Container(DockerImageName.parse(image), port);
        container
                .withCopyToContainer(
                        Transferable.of(
                                String.join("\n", settings.lines("0.0.0.0", REDIS_PORT, Path.of("/data"))) + "\n"),
                        CONFIGURATION)
                .withCommand("redis-server", CONFIGURATION);
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean isRunning() {
        return created && Boolean.TRUE.equals(state().getRunning());
    }

    @Override
    public synchronized void start() {
        if (!created) {
            startFirst();
            created = true;
        } else if (!isRunning()) {
            docker().startContainerCmd(container.getContainerId()).exec();
        }
        Await.until(
                this::isReady,
                TIMEOUT,
                () -> "Redis in container " + image + " does not answer at " + host() + ":" + port + ":\n" + logTail());
    }

    private void startFirst() {
        try {
            container.start();
        } catch (RuntimeException e) {
            container.stop();
            throw new IllegalStateException(
                    "RedisServer cannot start a container of " + image
                            + "; is a container engine running? Without one use -D"
                            + ServerEngine.property(RedisServer.KIND) + "=embedded",
                    e);
        }
    }

    private boolean isReady() {
        try {
            return "PONG".equals(settings.connector(host(), port).call("PING"));
        } catch (IOException | RedisErrorException notYet) {
            return false;
        }
    }

    @Override
    public synchronized void kill9() {
        if (isRunning()) {
            resume();
            docker().killContainerCmd(container.getContainerId())
                    .withSignal("KILL")
                    .exec();
            Await.until(
                    () -> !isRunning(),
                    TIMEOUT,
                    () -> "Container " + container.getContainerId() + " still runs after SIGKILL");
        }
    }

    @Override
    public void suspend() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void resume() {
        if (Boolean.TRUE.equals(state().getPaused())) {
            docker().unpauseContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void deleteData() {
        throw new IllegalStateException(
                "RedisServer in a container cannot be emptied between two starts;" + " call embedded(), or FLUSHALL");
    }

    @Override
    public String logTail() {
        return Lines.tail(container.getLogs().lines().toList());
    }

    @Override
    public synchronized void close() {
        created = false;
        container.stop();
    }

    private ContainerState state() {
        return docker().inspectContainerCmd(container.getContainerId()).exec().getState();
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    /** Opens the fixing of a port, which is protected. */
    private static final class Container extends GenericContainer<Container> {

        Container(DockerImageName image, int hostPort) {
            super(image);
            addFixedExposedPort(hostPort, REDIS_PORT);
        }
    }
}
