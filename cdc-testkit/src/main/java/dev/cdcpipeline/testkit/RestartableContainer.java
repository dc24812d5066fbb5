package dev.cdcpipeline.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;

/** A container that is killed, and started again with what it has stored. Its port on the host must be fixed. */
final class RestartableContainer {
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);

    private final String image;
    private final GenericContainer<?> container;
    private volatile boolean created;

    RestartableContainer(String image, GenericContainer<?> container) {
        this.image = image;
        this.container = container;
    }

    boolean isRunning() {
        return created && Boolean.TRUE.equals(state().getRunning());
    }

    /**
     * Does not wait until it can be used.
     *
     * @param who for messages
     * @param kind of server, by which another engine can be chosen
     */
    void start(String who, String kind) {
        if (!created) {
            create(who, kind);
            created = true;
        } else if (!isRunning()) {
            docker().startContainerCmd(id()).exec();
        }
    }

    private void create(String who, String kind) {
        try {
            container.start();
        } catch (RuntimeException e) {
            container.stop();
            throw new IllegalStateException(
                    who + " cannot start a container of " + image
                            + "; is a container engine running? Without one use -D" + ServerEngine.property(kind)
                            + "=embedded",
                    e);
        }
    }

    /** One that runs, as a crash ends it. */
    void kill9() {
        docker().killContainerCmd(id()).withSignal("KILL").exec();
        Await.until(() -> !isRunning(), KILL_TIMEOUT, () -> "Container " + id() + " still runs after SIGKILL");
    }

    String logTail() {
        return Lines.tail(container.getLogs().lines().toList());
    }

    void close() {
        created = false;
        container.stop();
    }

    ContainerState state() {
        return docker().inspectContainerCmd(id()).exec().getState();
    }

    DockerClient docker() {
        return container.getDockerClient();
    }

    String id() {
        return container.getContainerId();
    }
}
