package dev.cdcpipeline.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A PostgreSQL server in a container.
 *
 * <p>The port on the host is fixed before the start, because the container engine gives a restarted container a new one
 * otherwise. An occupied port makes the start fail, so it is never a foreign server that answers.
 */
final class ContainerServer implements PostgresServer {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int STOP_SECONDS = 10;

    private final String image;
    private final Container container;
    private final int port = ServerPorts.free();
    private final RestartableContainer restartable;

    ContainerServer(String image, Map<String, String> settings) {
        this.image = image;
        List<String> command = new ArrayList<>(List.of("postgres"));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        this.container = new Container(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"), port);
        this.restartable = new RestartableContainer(image, container);
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
        return restartable.isRunning();
    }

    @Override
    public synchronized void start() {
        restartable.start("PostgresSource", KIND);
        Sql sql = Sql.to(this, "postgres");
        Await.until(
                sql::connects,
                START_TIMEOUT,
                () -> "PostgreSQL in container " + image + " does not accept connections at " + host() + ":" + port
                        + ":\n" + logTail());
    }

    @Override
    public synchronized void stop() {
        if (isRunning()) {
            restartable
                    .docker()
                    .stopContainerCmd(restartable.id())
                    .withTimeout(STOP_SECONDS)
                    .exec();
        }
    }

    @Override
    public synchronized void kill9() {
        if (isRunning()) {
            restartable.kill9();
        }
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
    private static final class Container extends PostgreSQLContainer {

        Container(DockerImageName image, int hostPort) {
            super(image);
            addFixedExposedPort(hostPort, POSTGRESQL_PORT);
        }
    }
}
