package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.RejectedChange;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.jdbc.SqlFailures;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/**
 * Runs code of yours for each change, within the target's transaction: what it writes commits with the offset, so its effect
 * is there exactly once.
 *
 * <pre>{@code
 * HandlerProjection.named("contacts")
 *         .on(customers, (change, handle) -> handle.execute("update contact set ...", ...))
 *         .on(orders, (change, handle) -> ...)
 * }</pre>
 *
 * <p>Rules for a handler:
 *
 * <ul>
 *   <li>Changes come one by one, in stream order over all tables of the projection.
 *   <li>{@link dev.cdcpipeline.change.Operation#READ} tells how a row looks now, during a first load or a backfill of this
 *       projection. It may come more than once, also for a row that was seen before, and must be applied as an upsert. Rows
 *       that the source does not have any more are not told.
 *   <li>{@link dev.cdcpipeline.change.Operation#TRUNCATE} is of one shard. A {@code FirstLoad.SNAPSHOT} begins with one.
 *   <li>An exception, or an {@link Error}, rolls the whole batch back, which then comes again. An SQL failure that passes by itself, or a
 *       {@link TransientFailure}, is tried for as long as it takes. Anything else is the change's: the batch is applied without
 *       it, and the {@link dev.cdcpipeline.policy.FailurePolicy} of the projection decides, by default for a dead letter after
 *       3 tries. A {@link RejectedChange} is not tried again. While the change is looked for, parts of the batch are applied and
 *       rolled back several times.
 *   <li>Later changes of a row that has one parked do not come until it is replayed; the order of changes of one row stays,
 *       that of changes of different rows does not. What is replayed may therefore come after what was later at the source.
 *   <li>No commit and no rollback inside; the handle refuses them. Savepoints are allowed, and the only way to go on after a
 *       failed statement.
 *   <li>Every statement ends after 25 seconds, and the transaction is lost when nothing is sent for 30. Whatever else blocks
 *       must be bounded by you and end when the thread is interrupted.
 * </ul>
 *
 * <p>Immutable; each {@code on} returns another projection. One handler serves all shards at once, each on its own thread.
 */
public final class HandlerProjection implements JdbcProjection {

    private record Registration<T>(SourceTable<T> table, ChangeHandler<T> handler) {
        void handle(Change<Row> change, Handle handle) throws Exception {
            handler.handle(table.typed(change), handle);
        }
    }

    private final String name;
    private final Map<TableName, Registration<?>> registrations;

    private HandlerProjection(String name, Map<TableName, Registration<?>> registrations) {
        this.name = name;
        this.registrations = registrations;
    }

    /** Begins a projection that has no table yet; the name is for messages, and unique in its target. */
    public static HandlerProjection named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a projection needs a name");
        }
        return new HandlerProjection(name, Map.of());
    }

    /**
     * The same with a handler for one more table.
     *
     * @throws IllegalArgumentException if the table has a handler here already
     */
    public <T> HandlerProjection on(SourceTable<T> table, ChangeHandler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        Map<TableName, Registration<?>> all = new LinkedHashMap<>(registrations);
        if (all.put(table.name(), new Registration<>(table, handler)) != null) {
            throw new IllegalArgumentException(
                    "projection '" + name + "' has a handler for " + table.name() + " already");
        }
        return new HandlerProjection(name, all);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return registrations.values().stream()
                .<SourceTable<?>>map(Registration::table)
                .toList();
    }

    @Override
    public ShardProjection prepare(Handle handle, ProjectionContext context) {
        String who = context.who() + " projection '" + name + "'";
        return (batch, transaction) -> apply(batch.changes(), transaction, who);
    }

    private void apply(List<Change<Row>> changes, Handle handle, String who) {
        for (Change<Row> change : changes) {
            Interruption.check(who);
            Registration<?> registration = Objects.requireNonNull(registrations.get(change.table()));
            try {
                registration.handle(change, handle);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TransientFailure(who + " was interrupted", e);
            } catch (Exception | Error e) { // an Error would end the engine, and the next one at the same change
                throw failure(who, change, e);
            }
        }
    }

    /** What somebody asks for by the class of an exception stays, whatever its cause. */
    private static CdcException failure(String who, Change<Row> change, Throwable e) {
        String which = change.operation() + " of " + change.table() + " at " + change.position();
        if (e instanceof RejectedChange) {
            return new RejectedChange(who + " rejected " + which + ": " + e.getMessage(), e);
        }
        String what = "failed at " + which;
        if (e instanceof TransientFailure) {
            return new TransientFailure(who + " " + what + ": " + e.getMessage(), e);
        }
        SQLException sql = SqlFailures.find(e);
        return sql == null ? new CdcException(who + " " + what + ": " + e, e) : SqlFailures.describe(who, what, sql);
    }

    @Override
    public String toString() {
        return "HandlerProjection[" + name + " on " + registrations.keySet() + "]";
    }
}
