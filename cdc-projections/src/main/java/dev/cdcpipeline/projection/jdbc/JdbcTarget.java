package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.PoolUse;
import dev.cdcpipeline.offset.jdbc.JdbcDeadLetters;
import dev.cdcpipeline.offset.jdbc.JdbcPools;
import dev.cdcpipeline.offset.jdbc.SchemaMode;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * A PostgreSQL database that changes are applied to, exactly once in effect: each batch is one transaction, which begins with
 * the offset's row in {@code cdc_offset} and ends with the commit of rows and offset together. Killed at any instant, it is
 * there as a whole or not at all.
 *
 * <p>A change that a projection fails at is found within that transaction, and is put into {@code cdc_dead_letter} there, by the
 * projection's {@link FailurePolicy}; later changes of the same row follow it for this projection, everything else is applied.
 *
 * <pre>{@code
 * JdbcTarget.named("read-model", readModel)
 *         .project(UpsertProjection.from(orders).into("order_view").build())
 *         .project(HandlerProjection.named("contacts").on(customers, (change, handle) -> ...))
 * }</pre>
 *
 * <p>The data source should be a pool with at least one connection for each shard: one is borrowed for each batch. No call on
 * a connection blocks for more than 30 seconds; how long borrowing may take is the pool's setting.
 *
 * <p>Immutable and thread-safe; {@code project} and {@code schemaMode} return another target.
 */
public final class JdbcTarget implements Target {
    private final String name;
    private final DataSource dataSource;
    private final SchemaMode schemaMode;
    private final List<JdbcProjection> projections;
    private final Map<String, FailurePolicy> policies;

    private JdbcTarget(
            String name,
            DataSource dataSource,
            SchemaMode schemaMode,
            List<JdbcProjection> projections,
            Map<String, FailurePolicy> policies) {
        this.name = name;
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.schemaMode = Objects.requireNonNull(schemaMode, "schemaMode");
        this.projections = List.copyOf(projections);
        this.policies = Map.copyOf(policies);
    }

    /**
     * A target without projections.
     *
     * @param name part of the stored offset's key: it must not change once the pipeline has run
     * @param dataSource stays the caller's, who closes it after the pipeline
     */
    public static JdbcTarget named(String name, DataSource dataSource) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a target needs a name");
        }
        return new JdbcTarget(name, dataSource, SchemaMode.CREATE, List.of(), Map.of());
    }

    /**
     * The same with one more projection. Projections of a batch run one after another, in this order.
     *
     * @throws IllegalArgumentException if there is one of this name already; an UpsertProjection's name is its view
     */
    public JdbcTarget project(JdbcProjection projection) {
        if (projections.stream().anyMatch(other -> other.name().equals(projection.name()))) {
            throw new IllegalArgumentException("target '" + name + "' has a projection '" + projection.name()
                    + "' already; two projections cannot share a name, nor two UpsertProjections a view");
        }
        List<JdbcProjection> all = new ArrayList<>(projections);
        all.add(projection);
        return new JdbcTarget(name, dataSource, schemaMode, all, policies);
    }

    /**
     * The same with what becomes of changes that this projection fails at. Default: the pipeline's own policy.
     *
     * @throws IllegalArgumentException as {@link #project(JdbcProjection)}
     */
    public JdbcTarget project(JdbcProjection projection, FailurePolicy policy) {
        JdbcTarget with = project(projection);
        Map<String, FailurePolicy> all = new TreeMap<>(policies);
        all.put(projection.name(), Objects.requireNonNull(policy, "policy"));
        return new JdbcTarget(name, dataSource, schemaMode, with.projections, all);
    }

    /**
     * The same with another way to treat the tables that the target keeps for itself, {@code cdc_offset},
     * {@code cdc_dead_letter}, {@code cdc_missing_row}, {@code cdc_loaded_row} and {@code cdc_mirror}. Default: {@link SchemaMode#CREATE}.
     */
    public JdbcTarget schemaMode(SchemaMode mode) {
        return new JdbcTarget(name, dataSource, mode, projections, policies);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return projections.stream()
                .<SourceTable<?>>flatMap(projection -> projection.tables().stream())
                .distinct()
                .toList();
    }

    /** Projections and the columns that they read: another projection of a table, or a wider record, loads the table again. */
    @Override
    public Map<String, Set<String>> fills(TableName table) {
        Map<String, Set<String>> filled = new TreeMap<>();
        for (JdbcProjection projection : projections) {
            for (SourceTable<?> source : projection.tables()) {
                if (source.name().equals(table)) {
                    Set<String> columns = filled.computeIfAbsent(projection.name(), name -> new TreeSet<>());
                    source.columns().forEach(column -> columns.add(column.column()));
                }
            }
        }
        return filled;
    }

    @Override
    public Optional<FailurePolicy> failurePolicy(String projection) {
        return Optional.ofNullable(policies.get(projection));
    }

    /** Those in {@code cdc_dead_letter} of the same database. */
    @Override
    public Optional<DeadLetterStore> deadLetters() {
        return Optional.of(new JdbcDeadLetters(dataSource, "target '" + name + "'"));
    }

    /** The figures of a Hikari pool; empty for any other data source. */
    @Override
    public Optional<PoolUse> pool() {
        return JdbcPools.use(dataSource);
    }

    @Override
    public TargetSession open(TargetContext context) {
        return JdbcSession.open(this, context);
    }

    @Override
    public void forget(String pipeline, ShardId shard, Epoch epoch) {
        OffsetRemoval.run(this, pipeline, shard, epoch);
    }

    DataSource dataSource() {
        return dataSource;
    }

    SchemaMode schemaMode() {
        return schemaMode;
    }

    List<JdbcProjection> projections() {
        return projections;
    }

    @Override
    public String toString() {
        return "JdbcTarget[" + name + " with " + projections + "]";
    }
}
