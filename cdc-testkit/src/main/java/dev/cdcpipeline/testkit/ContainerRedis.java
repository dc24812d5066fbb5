package dev.cdcpipeline.testkit;

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
    private final RestartableContainer restartable;

    ContainerRedis(String image, RedisSettings settings) {
        this.image = image;
        this.settings = settings;
        this.container = new Container(DockerImageName.parse(image), port);
        this.restartable = new RestartableContainer(image, container);
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
        return restartable.isRunning();
    }

    @Override
    public synchronized void start() {
        restartable.start("RedisServer", RedisServer.KIND);
        Await.until(
                this::isReady,
                TIMEOUT,
                () -> "Redis in container " + image + " does not answer at " + host() + ":" + port + ":\n" + logTail());
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
            restartable.kill9();
        }
    }

    @Override
    public void suspend() {
        restartable.docker().pauseContainerCmd(restartable.id()).exec();
    }

    @Override
    public void resume() {
        if (Boolean.TRUE.equals(restartable.state().getPaused())) {
            restartable.docker().unpauseContainerCmd(restartable.id()).exec();
        }
    }

    @Override
    public void deleteData() {
        throw new IllegalStateException(
                "RedisServer in a container cannot be emptied between two starts;" + " call embedded(), or FLUSHALL");
    }

    @Override
    public String logTail() {
        return restartable.logTail();
    }

    @Override
    public synchronized void close() {
        restartable.close();
    }

    /** Opens the fixing of a port, which is protected. */
    private static final class Container extends GenericContainer<Container> {

        Container(DockerImageName image, int hostPort) {
            super(image);
            addFixedExposedPort(hostPort, REDIS_PORT);
        }
    }
}
