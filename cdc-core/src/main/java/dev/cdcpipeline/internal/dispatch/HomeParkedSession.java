package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.deadletter.LetterOwner;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.ParkingSession;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The session of a target that cannot keep dead letters itself: they are kept in the home database.
 *
 * <ul>
 *   <li>A letter is durable before the offset moves past its change. After a crash in between, the change comes again and is known
 *       by its position; a row that a load has read has none, and may have two letters, which does no harm.
 *   <li>A batch that fails is applied in parts, each with the offset up to its last change; only the last one moves the load. What
 *       the judge refuses therefore keeps what comes after it in its batch from being applied, not what came before it.
 *   <li>A replayed letter is applied, and then removed: after a crash in between it is applied again.
 *   <li>A target applies a change for all its projections of a table, so that the first of them by name stands for all: the letter
 *       has its name, and its policy decides.
 * </ul>
 */
public final class HomeParkedSession implements ParkingSession {
    private final TargetSession session;
    private final HomeLetterBox box;
    private final PartedBatch batches;
    private final HomeReplay replay;

    private HomeParkedSession(Target target, TargetSession session, HomeLetterBox box, HomeReplay replay) {
        this.session = session;
        this.box = box;
        this.batches = new PartedBatch(session, box, table -> projection(target, table));
        this.replay = replay;
    }

    /**
     * A session that parks: itself, if it does so already. It is closed if the home database does not answer.
     *
     * @throws dev.cdcpipeline.failure.TransientFailure if the home database does not answer
     */
    public static ParkingSession of(
            Target target, TargetSession session, TargetContext context, HomeLetters home, FailureTable failures) {
        if (session instanceof ParkingSession parking) {
            return parking;
        }
        LetterOwner owner = new LetterOwner(context.pipeline(), context.shard(), target.name(), context.epoch());
        HomeLetterBox box = new HomeLetterBox(home, owner, context.parking());
        try {
            box.refresh();
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
        return new HomeParkedSession(target, session, box, new HomeReplay(session, box, context.rows(), failures));
    }

    private static String projection(Target target, TableName table) {
        Map<String, ?> filled = target.fills(table);
        return filled.isEmpty() ? target.name() : new TreeSet<>(filled.keySet()).first();
    }

    @Override
    public Optional<Offset> offset() {
        return session.offset();
    }

    @Override
    public void apply(ChangeBatch batch, Offset upTo) {
        box.refresh();
        batches.apply(batch, upTo);
    }

    @Override
    public void isolate(ChangeBatch batch, Offset upTo, FailureJudge judge) {
        box.refresh();
        batches.isolate(batch, upTo, judge);
    }

    @Override
    public LetterStep replay(DeadLetterFilter filter, long after, int most) {
        box.refresh();
        return replay.replay(filter, after, most);
    }

    @Override
    public LetterStep discard(DeadLetterFilter filter, String reason, long after, int most) {
        box.refresh();
        List<DeadLetter> page = box.page(filter, after, most);
        box.discard(page, reason);
        long last = page.isEmpty() ? after : page.get(page.size() - 1).id();
        return new LetterStep(last, page.size(), 0, 0, !page.isEmpty());
    }

    @Override
    public long cut(DeadLetterRetention retention, int most) {
        return box.cut(retention, most);
    }

    @Override
    public Map<String, Long> parked() {
        return box.keys().parked();
    }

    @Override
    public void recover() {
        session.recover();
        box.refresh();
    }

    @Override
    public void abort() {
        session.abort();
    }

    @Override
    public void close() {
        session.close();
    }
}
