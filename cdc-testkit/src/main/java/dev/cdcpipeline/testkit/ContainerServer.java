package dev.cdcpipeline.testkit;

import com.github.dockerjava.api.DockerClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A PostgreSQL server in a container; the only class that needs Testcontainers.
 *
 * <p>The port on the host is fixed before the start, because the container engine gives a restarted container a new one
 * otherwise. An occupied port makes the start fail, so it is never a foreign server that answers.
 */
final class ContainerServer implements PostgresServer {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
    private static final int STOP_SECONDS = 10;

    private final String image;
    private final Container container;
    private final int port = ServerPorts.free();
    private volatile boolean created;

    ContainerServer(String image, Map<String, String> settings) {
        this.image = image;
        List<String> command = new ArrayList<>(List.of("postgres"));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        this.container = new Container(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"), port);
        container
                .withUsername(USERNAME)
                .withPassword(PASSWORD)
                .withDatabaseName("postgres")
                .withCommand(command.toArray(String[]::new));
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
        return created
                && Boolean.TRUE.equals(docker().inspectContainerCmd(container.getContainerId())
                        .exec()
                        .getState()
                        .getRunning());
    }

    @Override
    public synchronized void start() {
        if (!created) {
            startFirst();
            created = true;
        } else if (!isRunning()) {
            docker().startContainerCmd(container.getContainerId()).exec();
        }
        Sql sql = Sql.to(this, "postgres");
        Await.until(
                sql::connects,
                START_TIMEOUT,
                () -> "PostgreSQL in container " + image + " does not accept connections at " + host() + ":" + port
                        + ":\n" + logTail());
    }

    private void startFirst() {
        try {
            container.start();
        } catch (RuntimeException e) {
            container.stop();
            throw new IllegalStateException(
                    "PostgresSource cannot start a container of " + image
                            + "; is a container engine running? Without one use -D" + ServerEngine.property(KIND)
                            + "=embedded",
                    e);
        }
    }

    @Override
    public synchronized void stop() {
        if (isRunning()) {
            docker().stopContainerCmd(container.getContainerId())
                    .withTimeout(STOP_SECONDS)
                    .exec();
        }
    }

    @Override
    public synchronized void kill9() {
        if (isRunning()) {
            docker().killContainerCmd(container.getContainerId())
                    .withSignal("KILL")
                    .exec();
            Await.until(
                    () -> !isRunning(),
                    KILL_TIMEOUT,
                    () -> "Container " + container.getContainerId() + " still runs after SIGKILL");
        }
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

    private DockerClient docker() {
        return container.getDockerClient();
    }

    /** Opens the fixing of a port, which is protected. */
    private static final class Container extends PostgreSQLContainer {

        Container(DockerImageName image, int hostPort) {
            super(image);
            addFixedExposedPort(hostPort, POSTGRESQL_PORT);
        }
    }
}
