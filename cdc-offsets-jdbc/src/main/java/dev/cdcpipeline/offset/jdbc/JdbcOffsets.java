package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline's memory in a PostgreSQL database: tables {@code cdc_lease} and {@code cdc_slot}. Any database of the service
 * will do; the one that also holds the read model is the usual choice.
 *
 * <p>Immutable and safe for use by several shards at once. A connection is borrowed for each call, so the data source should
 * be a pool; no call blocks for more than 30 seconds beyond what borrowing takes. A call is one transaction: after a crash it
 * is there as a whole or not at all.
 */
public final class JdbcOffsets implements OffsetStore {
    private static final String LEASE = "select epoch, owner from cdc_lease where pipeline = ? and shard = ?";
    private static final String SLOT = """
            select slot_name, phase, system_identifier, boundary, position from cdc_slot
            where pipeline = ? and shard = ?""";
    /** The lease is locked until the commit, so that no claim can come between the check and the write. */
    private static final String SAVE_SLOT = """
            insert into cdc_slot (pipeline, shard, slot_name, phase, system_identifier, boundary, position, epoch, updated_at)
            select pipeline, shard, ?, ?, ?, ?, ?, epoch, now()
            from (select pipeline, shard, epoch from cdc_lease where pipeline = ? and shard = ? and epoch = ? for update) lease
            on conflict (pipeline, shard) do update
            set slot_name = excluded.slot_name, phase = excluded.phase, system_identifier = excluded.system_identifier,
                boundary = excluded.boundary, position = excluded.position, epoch = excluded.epoch,
                updated_at = excluded.updated_at""";

    private final DataSource dataSource;
    private final SchemaMode schemaMode;

    private JdbcOffsets(DataSource dataSource, SchemaMode schemaMode) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.schemaMode = Objects.requireNonNull(schemaMode, "schemaMode");
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
        throw new UnsupportedOperationException("TODO");
    }

    @Override
    public ControlStore control() {
        throw new UnsupportedOperationException("TODO");
    }

    @Override
    public void forgetSlot(String pipeline, ShardId shard, Epoch epoch) {
        throw new UnsupportedOperationException("TODO");
    }

    @Override
    public Optional<SlotRecord> slot(String pipeline, ShardId shard) {
        return call(pipeline, shard, "cannot read what is known of the slot", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SLOT)) {
                statement.setString(1, pipeline);
                statement.setString(2, shard.name());
                try (ResultSet result = statement.executeQuery()) {
                    return result.next() ? Optional.of(slot(result)) : Optional.empty();
                }
            }
        });
    }

    private static SlotRecord slot(ResultSet result) throws SQLException {
        String position = result.getString("position");
        return new SlotRecord(
                result.getString("slot_name"),
                SlotRecord.Phase.valueOf(result.getString("phase")),
                result.getString("system_identifier"),
                0,
                result.getString("boundary"),
                position == null ? null : Position.parse(position));
    }

    @Override
    public void saveSlot(String pipeline, ShardId shard, Epoch epoch, SlotRecord slot) {
        int saved = call(pipeline, shard, "cannot store what is known of the slot", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SAVE_SLOT)) {
                statement.setString(1, slot.slot());
                statement.setString(2, slot.phase().name());
                statement.setString(3, slot.systemIdentifier());
                statement.setString(4, slot.boundary());
                statement.setString(5, textOf(slot.position()));
                statement.setString(6, pipeline);
                statement.setString(7, shard.name());
                statement.setLong(8, epoch.value());
                return statement.executeUpdate();
            }
        });
        if (saved == 0) {
            throw new FencedException(who(pipeline, shard) + " is not ours any more: we hold epoch " + epoch.value()
                    + ", the lease " + lease(pipeline, shard) + "; nothing was stored, another owner runs the shard");
        }
    }

    private String lease(String pipeline, ShardId shard) {
        return call(pipeline, shard, "cannot read the lease", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LEASE)) {
                statement.setString(1, pipeline);
                statement.setString(2, shard.name());
                try (ResultSet result = statement.executeQuery()) {
                    return result.next()
                            ? "has epoch " + result.getLong("epoch") + " of " + result.getString("owner")
                            : "does not exist";
                }
            }
        });
    }

    private static @Nullable String textOf(@Nullable Position position) {
        return position == null ? null : position.toString();
    }

    private <T> T call(String pipeline, ShardId shard, String what, Call<T> call) {
        try (BoundedTransaction transaction = BoundedTransaction.begin(dataSource)) {
            T result = call.run(transaction.connection());
            transaction.commit();
            return result;
        } catch (SQLException e) {
            throw SqlFailures.describe(who(pipeline, shard), what + " in the home database", e);
        }
    }

    private static String who(String pipeline, ShardId shard) {
        return "[" + shard + "] pipeline '" + pipeline + "'";
    }

    private interface Call<T> {
        T run(Connection connection) throws SQLException;
    }
}
