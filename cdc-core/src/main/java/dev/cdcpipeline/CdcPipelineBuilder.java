package dev.cdcpipeline;

import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.failure.FailureClassifier;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.internal.dispatch.FailureSettings;
import dev.cdcpipeline.internal.engine.InstanceName;
import dev.cdcpipeline.internal.engine.Listeners;
import dev.cdcpipeline.internal.engine.PipelineSettings;
import dev.cdcpipeline.internal.engine.ShardNames;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.policy.ParkingLimits;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link CdcPipeline}. Name, at least one shard, the offsets and at least one target with a projection must be set.
 * Not thread-safe.
 */
public final class CdcPipelineBuilder {
    /** Most records that an engine hands over at once, if not set. */
    public static final int DEFAULT_BATCH_SIZE = 8192;
    /** The same, with less than 512 MB of heap. */
    public static final int DEFAULT_BATCH_SIZE_OF_SMALL_HEAP = 2048;
    /** Most changes of a source transaction that are held, if not set. */
    public static final int DEFAULT_MAX_TRANSACTION_ROWS = 50_000;
    /** How long {@link CdcPipeline#close()} may take, if not set. */
    public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(30);

    /** How long a lease lasts unless renewed, if not set. */
    public static final Duration DEFAULT_LEASE_TIME = Duration.ofSeconds(15);
    /** How often a running shard's source is inspected, if not set. */
    public static final Duration DEFAULT_WATCHDOG_INTERVAL = Duration.ofSeconds(5);

    private static final long SMALL_HEAP = 512L * 1024 * 1024;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,27}");

    private @Nullable String name;
    private final List<PostgresShard> shards = new ArrayList<>();
    private @Nullable OffsetStore offsets;
    private final List<Target> targets = new ArrayList<>();
    private final List<PipelineListener> listeners = new ArrayList<>();
    private @Nullable String instance;
    private Duration leaseTime = DEFAULT_LEASE_TIME;
    private Duration watchdogInterval = DEFAULT_WATCHDOG_INTERVAL;
    private int batchSize =
            Runtime.getRuntime().maxMemory() < SMALL_HEAP ? DEFAULT_BATCH_SIZE_OF_SMALL_HEAP : DEFAULT_BATCH_SIZE;
    private int maxTransactionRows = DEFAULT_MAX_TRANSACTION_ROWS;
    private Duration shutdownTimeout = DEFAULT_SHUTDOWN_TIMEOUT;
    private FailurePolicy failurePolicy = FailurePolicy.park();
    private FailureTable failureTable = FailureTable.standard();
    private ParkingLimits parkingLimits = ParkingLimits.standard();
    private DeadLetterRetention retention = DeadLetterRetention.forever();

    CdcPipelineBuilder() {}

    /**
     * The pipeline's name: part of slot names and of the key of every stored row, so it must not change once it has run.
     *
     * @throws IllegalArgumentException if it is not 1 to 28 of {@code a-z 0-9 _ -} beginning with a letter
     */
    public CdcPipelineBuilder name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name must be 1 to 28 of a-z, 0-9, _ and - beginning with a letter, got '" + name + "'");
        }
        this.name = name;
        return this;
    }

    /** Adds a source database. */
    public CdcPipelineBuilder shard(PostgresShard shard) {
        shards.add(Objects.requireNonNull(shard, "shard"));
        return this;
    }

    /** The pipeline's memory, in its home database. */
    public CdcPipelineBuilder offsets(OffsetStore offsets) {
        this.offsets = Objects.requireNonNull(offsets, "offsets");
        return this;
    }

    /** Adds a place where changes go. Several targets get each batch one after the other. */
    public CdcPipelineBuilder target(Target target) {
        targets.add(Objects.requireNonNull(target, "target"));
        return this;
    }

    /** Adds someone who hears what happens. Default: nobody. */
    public CdcPipelineBuilder listener(PipelineListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * What this process is called where owners of shards are named: logs, {@code cdc_lease}, {@code status()}. Default: host and
     * process number. Something random is added, so it need not be unique.
     */
    public CdcPipelineBuilder instance(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("instance must not be blank");
        }
        this.instance = name;
        return this;
    }

    /**
     * How long an instance may be silent before another takes its shards. It renews its leases at a third of it. After a clean
     * close others take over at once. The same for all instances of a pipeline. Default: 15 seconds.
     *
     * @throws IllegalArgumentException if not in 1 second to 10 minutes
     */
    public CdcPipelineBuilder leaseTime(Duration time) {
        this.leaseTime = inRange("leaseTime", time, Duration.ofSeconds(1), Duration.ofMinutes(10));
        return this;
    }

    /**
     * How often a running shard's source is inspected for anything that has become wrong there: slot, publication, retained WAL,
     * privileges. Default: 5 seconds.
     *
     * @throws IllegalArgumentException if not in 1 second to 10 minutes
     */
    public CdcPipelineBuilder watchdogInterval(Duration interval) {
        this.watchdogInterval = inRange("watchdogInterval", interval, Duration.ofSeconds(1), Duration.ofMinutes(10));
        return this;
    }

    /**
     * Most records that an engine hands over at once, and so about how many changes a commit of the target has under load. Default:
     * {@value #DEFAULT_BATCH_SIZE}, with less than 512 MB of heap {@value #DEFAULT_BATCH_SIZE_OF_SMALL_HEAP}.
     *
     * @throws IllegalArgumentException if not in 1 to 100,000
     */
    public CdcPipelineBuilder batchSize(int records) {
        this.batchSize = inRange("batchSize", records, 1, 100_000);
        return this;
    }

    /**
     * Most changes of one source transaction that are held in memory so that they can be applied in one target transaction;
     * about an eighth of the heap, shared by the shards, is a second limit. A larger transaction is applied in pieces, each once,
     * so that readers may see a part of it for a while ({@code status()} says when). Default:
     * {@value #DEFAULT_MAX_TRANSACTION_ROWS}.
     *
     * @throws IllegalArgumentException if not in 1 to 10,000,000
     */
    public CdcPipelineBuilder maxTransactionRows(int rows) {
        this.maxTransactionRows = inRange("maxTransactionRows", rows, 1, 10_000_000);
        return this;
    }

    /**
     * What becomes of a change that a projection fails at, where the projection's target says nothing else. Default:
     * {@link FailurePolicy#park()}.
     */
    public CdcPipelineBuilder failurePolicy(FailurePolicy policy) {
        this.failurePolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** Adds someone who says what a failure means before {@link FailureTable} does; the one added last is asked first. */
    public CdcPipelineBuilder classify(FailureClassifier classifier) {
        this.failureTable = failureTable.with(Objects.requireNonNull(classifier, "classifier"));
        return this;
    }

    /** From when on parking is no answer, so that the shard stops. Default: {@link ParkingLimits#standard()}. */
    public CdcPipelineBuilder parkingLimits(ParkingLimits limits) {
        this.parkingLimits = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /** How long dead letters are kept. Default: {@link DeadLetterRetention#forever()}. */
    public CdcPipelineBuilder deadLetterRetention(DeadLetterRetention keep) {
        this.retention = Objects.requireNonNull(keep, "keep");
        return this;
    }

    /**
     * How long {@link CdcPipeline#close()} may take. What is not applied by then is applied after the next start. Default: 30
     * seconds.
     *
     * @throws IllegalArgumentException if not in 1 second to 10 minutes
     */
    public CdcPipelineBuilder shutdownTimeout(Duration timeout) {
        this.shutdownTimeout = inRange("shutdownTimeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
        return this;
    }

    private static Duration inRange(String option, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(option + " must be in 1 second to 10 minutes, got " + value);
        }
        return value;
    }

    private static int inRange(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(option + " must be in " + min + " to " + max + ", got " + value);
        }
        return value;
    }

    /** A slot's name is unique on a server, in whatever database. */
    private static List<String> sharedSlots(String pipeline, List<PostgresShard> shards) {
        List<String> problems = new ArrayList<>();
        Map<String, PostgresShard> owners = new HashMap<>();
        for (PostgresShard shard : shards) {
            String slot = ShardNames.of(pipeline, shard).slot();
            String server = shard.host().toLowerCase(Locale.ROOT) + ":" + shard.port();
            PostgresShard owner = owners.putIfAbsent(server + " " + slot, shard);
            if (owner != null && !owner.id().equals(shard.id())) {
                problems.add("shards '" + owner.id() + "' and '" + shard.id() + "' have one slot '" + slot + "' on "
                        + server + "; name another with slot(...)");
            }
        }
        return problems;
    }

    /**
     * Makes the pipeline. Does no I/O.
     *
     * @throws IllegalStateException if something is missing or given twice, naming all that is
     */
    public CdcPipeline build() {
        List<String> problems = new ArrayList<>();
        if (name == null) {
            problems.add("name(...) is missing");
        }
        if (offsets == null) {
            problems.add("offsets(...) is missing");
        }
        if (shards.isEmpty()) {
            problems.add("there is no shard(...)");
        }
        if (targets.isEmpty()) {
            problems.add("there is no target(...)");
        }
        Set<String> names = new HashSet<>();
        shards.stream()
                .filter(shard -> !names.add(shard.id().name()))
                .forEach(shard -> problems.add("shard '" + shard.id() + "' is there twice"));
        if (name != null) {
            problems.addAll(sharedSlots(name, shards));
        }
        names.clear();
        for (Target target : targets) {
            if (!names.add(target.name())) {
                problems.add("target '" + target.name() + "' is there twice");
            }
            if (target.tables().isEmpty()) {
                problems.add("target '" + target.name() + "' has no projection");
            }
        }
        if (name == null || offsets == null || !problems.isEmpty()) {
            throw new IllegalStateException("the pipeline cannot be built: " + String.join("; ", problems));
        }
        Listeners heard = new Listeners(listeners);
        PipelineSettings settings = new PipelineSettings(
                name,
                new InstanceName(instance),
                shards.stream().map(PostgresShard::id).collect(Collectors.toSet()),
                List.copyOf(targets),
                offsets,
                heard,
                batchSize,
                maxTransactionRows,
                leaseTime,
                watchdogInterval,
                new FailureSettings(failurePolicy, failureTable, parkingLimits, retention),
                shutdownTimeout);
        return new CdcPipeline(settings, List.copyOf(shards), heard);
    }
}
