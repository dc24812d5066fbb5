package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries requested backfills into the targets' load states before an engine starts, and notes their end. The request is stored
 * in the home database, what has come of it in the target, with its data; a crash between the two is put right by doing the
 * step again.
 */
final class ShardBackfills {
    private static final Logger LOG = LoggerFactory.getLogger(ShardBackfills.class);

    private final ShardId shard;
    private final PipelineSettings settings;
    private final ShardMonitor monitor;

    ShardBackfills(ShardId shard, PipelineSettings settings, ShardMonitor monitor) {
        this.shard = shard;
        this.settings = settings;
        this.monitor = monitor;
    }

    /** Whether an engine must be started anew for it. */
    static boolean isToBeHandled(Backfill backfill) {
        return backfill.state() == BackfillState.REQUESTED || backfill.state() == BackfillState.CANCELLING;
    }

    /**
     * Begins, leaves and ends backfills, while no engine runs.
     *
     * @param unreadable why a table cannot be read in chunks; empty if it can
     */
    void apply(List<Session> sessions, Function<TableName, Optional<String>> unreadable) {
        for (Backfill backfill : open()) {
            String target = backfill.request().target();
            Optional<Session> session =
                    sessions.stream().filter(each -> each.name().equals(target)).findFirst();
            if (session.isEmpty()) {
                note(backfill.request(), BackfillState.REFUSED, "there is no target '" + target + "'");
            } else if (backfill.state() == BackfillState.CANCELLING) {
                leave(backfill.request(), session.get());
            } else {
                goOn(backfill.request(), session.get(), unreadable);
            }
        }
        forgetEnded(sessions);
    }

    private void leave(BackfillRequest request, Session session) {
        LoadState load = session.offset().load();
        if (load.backfills().contains(request.id())) {
            store(session, load.leaving(request.id(), request.tables(), request.projection()));
        }
        note(request, BackfillState.CANCELLED, "");
    }

    private void goOn(BackfillRequest request, Session session, Function<TableName, Optional<String>> unreadable) {
        LoadState load = session.offset().load();
        boolean begun = load.backfills().contains(request.id());
        String refusal = refusal(request, session, begun ? table -> Optional.empty() : unreadable);
        if (!refusal.isEmpty()) {
            LOG.warn("[{}] backfill {} of '{}' is refused: {}", shard, request.id(), request.projection(), refusal);
            note(request, BackfillState.REFUSED, refusal);
            return;
        }
        if (begun) {
            note(request, isDone(load, request.tables()) ? BackfillState.DONE : BackfillState.RUNNING, "");
            return;
        }
        store(session, load.beginning(request.id(), request.tables(), request.projection()));
        note(request, BackfillState.RUNNING, "");
        LOG.info("[{}] backfill {} of '{}' begins: {}", shard, request.id(), request.projection(), request.tables());
    }

    private static String refusal(
            BackfillRequest request, Session session, Function<TableName, Optional<String>> unreadable) {
        Set<String> reasons = new TreeSet<>();
        for (TableName table : request.tables()) {
            if (!session.fills().getOrDefault(table, Map.of()).containsKey(request.projection())) {
                reasons.add("target '" + session.name() + "' has no projection '" + request.projection() + "' of table "
                        + table);
            }
            unreadable.apply(table).ifPresent(reasons::add);
        }
        return String.join("; ", reasons);
    }

    /** One that was cancelled after it was found to be open has been begun nevertheless: its load is left here. */
    private void forgetEnded(List<Session> sessions) {
        Set<String> open =
                open().stream().map(backfill -> backfill.request().id()).collect(Collectors.toSet());
        for (Session session : sessions) {
            LoadState load = session.offset().load();
            LoadState kept = load;
            for (String id : load.backfills()) {
                kept = open.contains(id) ? kept : withoutEnded(kept, id);
            }
            if (!kept.equals(load)) {
                store(session, kept);
            }
        }
    }

    private LoadState withoutEnded(LoadState load, String id) {
        return control().backfills(settings.pipeline()).stream()
                .filter(backfill -> backfill.shard().equals(shard.name())
                        && backfill.request().id().equals(id)
                        && backfill.state() != BackfillState.DONE)
                .findFirst()
                .map(Backfill::request)
                .map(request -> load.leaving(id, request.tables(), request.projection()))
                .orElseGet(() -> load.without(id));
    }

    private List<Backfill> open() {
        return control().orders(settings.pipeline(), shard).backfills();
    }

    private static void store(Session session, LoadState load) {
        session.target().apply(ChangeBatch.empty(), session.offset().withLoad(load));
    }

    /** Notes the end of those whose tables have come to it while the engine runs. */
    void noteDone(Collection<Backfill> open) {
        for (Backfill backfill : open) {
            BackfillRequest request = backfill.request();
            if (backfill.state() == BackfillState.RUNNING
                    && monitor.loads().isDone(request.target(), request.id(), request.tables())) {
                note(request, BackfillState.DONE, "");
                LOG.info("[{}] backfill {} of '{}' is done", shard, request.id(), request.projection());
            }
        }
    }

    static boolean isDone(LoadState load, Collection<TableName> tables) {
        return tables.stream()
                .allMatch(table ->
                        load.tables().getOrDefault(table, TableLoad.PENDING).isDone());
    }

    private void note(BackfillRequest request, BackfillState state, String note) {
        control().note(settings.pipeline(), shard, request.id(), state, note);
    }

    private ControlStore control() {
        return settings.offsets().control();
    }
}
