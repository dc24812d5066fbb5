package dev.cdcpipeline.mirror;

import dev.cdcpipeline.mirror.FaultPlan.Planned;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TcpProxy;
import java.util.concurrent.locks.LockSupport;

/** Does the faults that were planned. What has died is running again afterwards. */
final class FaultInjection {
    private static final String KILL_WALSENDER =
            "select count(pg_terminate_backend(active_pid)) from pg_replication_slots"
                    + " where plugin = 'pgoutput' and database = current_database() and active_pid is not null";

    private final CampaignServers servers;
    private final Mirror mirror;
    private final Instances instances;

    FaultInjection(CampaignServers servers, Mirror mirror, Instances instances) {
        this.servers = servers;
        this.mirror = mirror;
        this.instances = instances;
    }

    /** Returns when it is over, which is before it is overcome. */
    void inject(Planned planned) {
        ForkedJvm instance = instances.get(planned.instance());
        switch (planned.fault()) {
            case PROCESS_KILLED -> instance.kill9();
            case CRASH_POINT -> crash(planned);
            case PROCESS_CLOSED -> terminate(instance);
            case PROCESS_PAUSED, OWNER_PAUSED -> {
                instance.pause();
                last(planned);
                instance.resume();
            }
            case WALSENDERS_KILLED -> mirror.sources().forEach(source -> source.queryString(KILL_WALSENDER));
            case SOURCE_KILLED -> kill(servers.source(), planned);
            case READ_MODEL_KILLED -> kill(servers.readModel(), planned);
            case SOURCE_CUT -> cut(mirror.sourceNetwork(), planned);
            case SOURCE_STALLED -> stall(mirror.sourceNetwork(), planned);
            case READ_MODEL_CUT -> cut(mirror.readModelNetwork(), planned);
            case READ_MODEL_STALLED -> stall(mirror.readModelNetwork(), planned);
        }
        instances.startEnded();
    }

    /** Alone, because an instance that stands by reaches no point. */
    private void crash(Planned planned) {
        instances.killAll();
        instances
                .start(planned.instance(), jvm -> jvm.crashAt(planned.point(), planned.time()))
                .killAtCrashPoint(Mirror.PATIENCE);
    }

    private static void terminate(ForkedJvm instance) {
        ProcessHandle.of(instance.pid()).ifPresent(ProcessHandle::destroy);
        instance.awaitExit(Mirror.PATIENCE);
    }

    private static void kill(PostgresSource server, Planned planned) {
        server.kill9();
        last(planned);
        server.restart();
    }

    private static void cut(TcpProxy network, Planned planned) {
        network.cut();
        last(planned);
        network.heal();
    }

    private static void stall(TcpProxy network, Planned planned) {
        network.stall();
        last(planned);
        network.heal();
    }

    private static void last(Planned planned) {
        LockSupport.parkNanos(planned.length().toNanos());
    }
}
