package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.PoolUse;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.ShardId;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The pipeline's memory in a PostgreSQL database: who runs each shard, its slot, what operators have asked for. Its tables are
 * those of {@link JdbcSchema#HOME}. Any database of the service will do; the one that also holds the read model is the usual
 * choice. It is not on the path of a change.
 *
 * <p>Immutable and safe for use by several shards at once. A connection is borrowed for each call, so the data source should
 * be a pool; no call blocks for more than 30 seconds beyond what borrowing takes. A call is one transaction: after a crash it
 * is there as a whole or not at all, and what others rely on is there for certain.
 */
public final class JdbcOffsets implements OffsetStore {
    private final DataSource dataSource;
    private final SchemaMode schemaMode;
    private final JdbcLeases leases;
    private final JdbcControl control;
    private final JdbcSlots slots;
    private final JdbcHomeLetters deadLetters;

    private JdbcOffsets(DataSource dataSource, SchemaMode schemaMode) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.schemaMode = Objects.requireNonNull(schemaMode, "schemaMode");
        HomeDatabase home = new HomeDatabase(dataSource);
        this.leases = new JdbcLeases(home);
        this.control = new JdbcControl(home);
        this.slots = new JdbcSlots(home);
        this.deadLetters = new JdbcHomeLetters(home, new JdbcDeadLetters(dataSource, "the home database"));
    }

    /** Keeps the pipeline's memory in this database. The data source stays the caller's, who closes it. */
    public static JdbcOffsets in(DataSource dataSource) {
        return new JdbcOffsets(dataSource, SchemaMode.CREATE);
    }

    /** The same with another mode. Default: {@link SchemaMode#CREATE}. */
    public JdbcOffsets schemaMode(SchemaMode mode) {
        return new JdbcOffsets(dataSource, mode);
    }

    @Override
    public void prepare() {
        JdbcSchema.HOME.prepare(dataSource, schemaMode, "the home database of JdbcOffsets");
    }

    @Override
    public LeaseStore leases() {
        return leases;
    }

    @Override
    public ControlStore control() {
        return control;
    }

    @Override
    public HomeLetters deadLetters() {
        return deadLetters;
    }

    @Override
    public Optional<SlotRecord> slot(String pipeline, ShardId shard) {
        return slots.find(pipeline, shard);
    }

    @Override
    public void saveSlot(String pipeline, ShardId shard, Epoch epoch, SlotRecord slot) {
        slots.save(pipeline, shard, epoch, slot);
    }

    @Override
    public void forgetSlot(String pipeline, ShardId shard, Epoch epoch) {
        slots.forget(pipeline, shard, epoch);
    }

    @Override
    public Optional<PoolUse> pool() {
        return JdbcPools.use(dataSource);
    }
}
