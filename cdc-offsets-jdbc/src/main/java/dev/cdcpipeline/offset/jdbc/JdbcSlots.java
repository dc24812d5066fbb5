package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.offset.jdbc.HomeDatabase.who;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of slots, in {@code cdc_slot}. A write locks the lease until its commit: no acquisition can come between. */
final class JdbcSlots {
    private static final String READ = """
            select slot_name, phase, system_identifier, timeline, boundary, position, gap, gap_restarts, repairing
            from cdc_slot
            where pipeline = ? and shard = ?""";
    private static final String LEASE =
            "select epoch from cdc_lease where pipeline = ? and shard = ? and epoch = ? for update";
    private static final String SAVE = """
            insert into cdc_slot (pipeline, shard, slot_name, phase, system_identifier, timeline, boundary, position, gap,
                gap_restarts, repairing, epoch, updated_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now())
            on conflict (pipeline, shard) do update
            set slot_name = excluded.slot_name, phase = excluded.phase, system_identifier = excluded.system_identifier,
                timeline = excluded.timeline, boundary = excluded.boundary, position = excluded.position,
                gap = excluded.gap, gap_restarts = excluded.gap_restarts, repairing = excluded.repairing, epoch = excluded.epoch,
                updated_at = excluded.updated_at""";
    private static final String FORGET = "delete from cdc_slot where pipeline = ? and shard = ?";

    private final HomeDatabase home;

    JdbcSlots(HomeDatabase home) {
        this.home = home;
    }

    Optional<SlotRecord> find(String pipeline, ShardId shard) {
        return home
                .rows(
                        who(pipeline, shard),
                        "cannot read what is known of the slot",
                        READ,
                        JdbcSlots::slot,
                        pipeline,
                        shard.name())
                .stream()
                .findFirst();
    }

    private static SlotRecord slot(ResultSet row) throws SQLException {
        String position = row.getString("position");
        String gap = row.getString("gap");
        return new SlotRecord(
                row.getString("slot_name"),
                SlotRecord.Phase.valueOf(row.getString("phase")),
                row.getString("system_identifier"),
                row.getInt("timeline"),
                row.getString("boundary"),
                position == null ? null : Position.parse(position),
                gap == null ? null : Finding.parse(gap),
                row.getLong("gap_restarts"),
                Set.of((String[]) row.getArray("repairing").getArray()));
    }

    void save(String pipeline, ShardId shard, Epoch epoch, SlotRecord slot) {
        home.transaction(who(pipeline, shard), "cannot store what is known of the slot", connection -> {
            requireLease(connection, pipeline, shard, epoch, "nothing was stored");
            return HomeDatabase.update(
                    connection,
                    SAVE,
                    pipeline,
                    shard.name(),
                    slot.slot(),
                    slot.phase().name(),
                    slot.systemIdentifier(),
                    slot.timeline(),
                    slot.boundary(),
                    textOf(slot.position()),
                    textOf(slot.gap()),
                    slot.gapRestarts(),
                    connection.createArrayOf("text", slot.repairing().toArray()),
                    epoch.value());
        });
    }

    void forget(String pipeline, ShardId shard, Epoch epoch) {
        home.transaction(who(pipeline, shard), "cannot forget what is known of the slot", connection -> {
            requireLease(connection, pipeline, shard, epoch, "nothing was forgotten");
            return HomeDatabase.update(connection, FORGET, pipeline, shard.name());
        });
    }

    /** @throws FencedException if the lease has another epoch */
    static void requireLease(Connection connection, String pipeline, ShardId shard, Epoch epoch, String undone)
            throws SQLException {
        if (HomeDatabase.rows(connection, LEASE, row -> true, pipeline, shard.name(), epoch.value())
                .isEmpty()) {
            throw JdbcLeases.fenced(connection, pipeline, shard, epoch, undone);
        }
    }

    private static @Nullable String textOf(@Nullable Finding gap) {
        return gap == null ? null : gap.toText();
    }

    private static @Nullable String textOf(@Nullable Position position) {
        return position == null ? null : position.toString();
    }
}
