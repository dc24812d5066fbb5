package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.offset.jdbc.HomeDatabase.who;

import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.Lease;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.shard.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Leases in {@code cdc_lease} and instances in {@code cdc_member}. Time is {@code clock_timestamp()}, read after the row is
 * locked: {@code now()} would be the time before a wait for another's lock.
 */
final class JdbcLeases implements LeaseStore {
    private static final String FIND = """
            select owner, epoch, extract(epoch from expires_at - clock_timestamp())::float8 as remaining
            from cdc_lease where pipeline = ? and shard = ?""";
    /**
     * The conflicting row is locked, also if it is left as it is, and the condition looks at its newest version. A statement that
     * commits by itself, so that a process that freezes at any moment does not keep the owner from renewing; but one that
     * commits to the disk, because an epoch must not be given twice.
     */
    private static final String ACQUIRE = """
            insert into cdc_lease as held (pipeline, shard, owner, epoch, claimed_at, expires_at)
            values (?, ?, ?, 1, clock_timestamp(), clock_timestamp() + make_interval(secs => ?))
            on conflict (pipeline, shard) do update
            set owner = excluded.owner, epoch = held.epoch + 1, claimed_at = clock_timestamp(),
                expires_at = clock_timestamp() + make_interval(secs => ?)
            where held.expires_at <= clock_timestamp() or held.owner = excluded.owner
            returning owner, epoch, extract(epoch from expires_at - clock_timestamp())::float8 as remaining,
                set_config('synchronous_commit', coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on'), true)""";

    private static final String RENEW = """
            update cdc_lease set expires_at = clock_timestamp() + make_interval(secs => ?)
            from (select pipeline, shard from cdc_lease where pipeline = ? and shard = ? and epoch = ? for update) mine
            where cdc_lease.pipeline = mine.pipeline and cdc_lease.shard = mine.shard""";
    private static final String RELEASE = """
            update cdc_lease set expires_at = least(expires_at, clock_timestamp())
            where pipeline = ? and shard = ? and epoch = ?""";
    /** Others are counted as they were when the statement began; whoever joins at the same moment is seen the next time. */
    private static final String JOIN = """
            with dead as (
                delete from cdc_member where (pipeline, owner) in (
                    select pipeline, owner from cdc_member
                    where pipeline = ? and owner <> ? and expires_at < clock_timestamp() - interval '1 day'
                    for update skip locked)),
            alive as (
                insert into cdc_member (pipeline, owner, joined_at, expires_at)
                values (?, ?, clock_timestamp(), clock_timestamp() + make_interval(secs => ?))
                on conflict (pipeline, owner) do update
                set expires_at = clock_timestamp() + make_interval(secs => ?))
            select count(*) + 1 from cdc_member where pipeline = ? and owner <> ? and expires_at > clock_timestamp()""";

    private static final String LEAVE = "delete from cdc_member where pipeline = ? and owner = ?";

    private final HomeDatabase home;

    JdbcLeases(HomeDatabase home) {
        this.home = home;
    }

    @Override
    public Optional<Lease> find(String pipeline, ShardId shard, String owner) {
        return first(home.rows(
                who(pipeline, shard), "cannot read the lease", FIND, row -> held(row, owner), pipeline, shard.name()));
    }

    @Override
    public Lease acquire(String pipeline, ShardId shard, String owner, Duration time) {
        double seconds = seconds(time);
        while (true) {
            List<Lease> taken = home.rows(
                    who(pipeline, shard),
                    "cannot acquire the lease",
                    ACQUIRE,
                    row -> lease(row, true),
                    pipeline,
                    shard.name(),
                    owner,
                    seconds,
                    seconds);
            Optional<Lease> found = taken.isEmpty() ? find(pipeline, shard, owner) : first(taken);
            if (found.isPresent()) {
                return found.get();
            }
        }
    }

    @Override
    public void renew(String pipeline, ShardId shard, Epoch epoch, Duration time) {
        int renewed = home.update(
                who(pipeline, shard),
                "cannot renew the lease",
                RENEW,
                seconds(time),
                pipeline,
                shard.name(),
                epoch.value());
        if (renewed == 0) {
            throw home.transaction(
                    who(pipeline, shard),
                    "cannot read the lease",
                    connection -> fenced(connection, pipeline, shard, epoch, "it was not renewed"));
        }
    }

    @Override
    public void release(String pipeline, ShardId shard, Epoch epoch) {
        home.update(who(pipeline, shard), "cannot release the lease", RELEASE, pipeline, shard.name(), epoch.value());
    }

    @Override
    public int join(String pipeline, String owner, Duration time) {
        double seconds = seconds(time);
        return home.rows(
                        who(pipeline),
                        "cannot join",
                        JOIN,
                        row -> row.getInt(1),
                        pipeline,
                        owner,
                        pipeline,
                        owner,
                        seconds,
                        seconds,
                        pipeline,
                        owner)
                .get(0);
    }

    @Override
    public void leave(String pipeline, String owner) {
        home.update(who(pipeline), "cannot leave", LEAVE, pipeline, owner);
    }

    /** What to throw at an owner whose epoch is not that of the lease. */
    static FencedException fenced(Connection connection, String pipeline, ShardId shard, Epoch epoch, String undone)
            throws SQLException {
        Optional<Lease> found =
                first(HomeDatabase.rows(connection, FIND, row -> lease(row, false), pipeline, shard.name()));
        String start = who(pipeline, shard) + " is not ours any more: we hold epoch " + epoch.value();
        String end = "; " + undone + ", the shard stops here";
        String repair =
                ". If a target then refuses a claim because of a newer epoch, set epoch of that row to at least "
                        + epoch.value() + " and start again";
        if (found.isEmpty()) {
            return new FencedException(start + ", but its row in cdc_lease does not exist; it was deleted, or the home"
                    + " database was restored from a backup" + end + repair);
        }
        Lease lease = found.get();
        String now = ", the lease has epoch " + lease.epoch().value() + " of " + lease.owner();
        return lease.epoch().compareTo(epoch) > 0
                ? new FencedException(start + now + ", who took it later" + end)
                : new FencedException(
                        start + now + ", which is not newer: its row in cdc_lease was changed by hand, or the"
                                + " home database was restored from a backup" + end + repair);
    }

    private static Lease held(ResultSet row, String owner) throws SQLException {
        Lease lease = lease(row, false);
        boolean isMine = !lease.isFree() && lease.owner().equals(owner);
        return new Lease(lease.owner(), lease.epoch(), isMine, lease.remaining());
    }

    private static Lease lease(ResultSet row, boolean isMine) throws SQLException {
        Duration remaining = Duration.ofNanos((long) (row.getDouble("remaining") * 1e9));
        return new Lease(
                row.getString("owner"),
                new Epoch(row.getLong("epoch")),
                isMine,
                remaining.isNegative() ? Duration.ZERO : remaining);
    }

    private static <T> Optional<T> first(List<T> rows) {
        return rows.stream().findFirst();
    }

    private static double seconds(Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("a lease lasts longer than " + time);
        }
        return time.toSeconds() + time.getNano() / 1e9;
    }
}
