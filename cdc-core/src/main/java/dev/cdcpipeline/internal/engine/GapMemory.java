package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.shard.ShardId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a shard knows of changes that were lost at its source, until it is dealt with. Somebody may mend the cause before the next
 * look, and what was lost would be forgotten; therefore the kinds that leave no trace are stored with the slot, for every instance
 * and every later process. What cannot be stored now is kept until it can be, and no preparation goes past it meanwhile.
 *
 * <p>A gap belongs to the slot that it was seen of: one that was made anew since has been loaded anew, too. That holds whoever had
 * the shard in between, so that nothing has to be asked of the lease.
 *
 * <p>{@link #note} and {@link #open} are for the watch, the rest for a preparation, which holds the memory meanwhile.
 */
final class GapMemory {
    private static final Logger LOG = LoggerFactory.getLogger(GapMemory.class);
    /** The others are there to be found again; and who restores an offset, for example, has mended them. */
    private static final Set<FindingKind> TRACELESS = Set.of(FindingKind.PUBLICATION_GAP, FindingKind.BOUNDARY_AHEAD);

    /**
     * @param slot what was known of the slot when the gap was seen
     * @param epoch of the lease by then; null if there was none, or it is known to be over
     * @param restarts how often a restart had been asked for when it could not be stored for want of the lease; -1 if not known
     */
    private record Seen(
            Finding gap, SlotRecord slot, @Nullable Epoch epoch, long restarts, boolean stored) {
        boolean isTraceless() {
            return TRACELESS.contains(gap.kind());
        }

        Seen asStored() {
            return new Seen(gap, slot, epoch, restarts, true);
        }

        Seen fenced(long restartsNow) {
            return new Seen(gap, slot, null, restartsNow, false);
        }
    }

    private final OffsetStore store;
    private final String pipeline;
    private final ShardId shard;
    private final ReentrantLock preparing = new ReentrantLock();
    private final AtomicReference<@Nullable Seen> seen = new AtomicReference<>();
    private @Nullable Seen handled;
    private @Nullable SlotRecord slot;

    GapMemory(OffsetStore store, String pipeline, ShardId shard) {
        this.store = store;
        this.pipeline = pipeline;
        this.shard = shard;
    }

    /** Remembers a gap that was seen while an engine ran, and tries to store it. Never fails. */
    void note(Finding gap, SlotRecord of, Optional<Epoch> held) {
        Seen now = new Seen(gap, of, held.orElse(null), -1, false);
        remember(now);
        open();
    }

    /** A gap that no preparation has looked at yet; tries to store it if it is not. Never fails. */
    Optional<Finding> open() {
        Seen known = seen.get();
        // The end of a snapshot is stored by its engine at any moment, so that nothing else may be.
        boolean storable = known != null
                && known.isTraceless()
                && !known.stored()
                && known.slot().phase() == SlotRecord.Phase.CREATED;
        if (storable && known.epoch() != null && preparing.tryLock()) {
            try {
                store(known, known.epoch());
            } catch (FencedException e) {
                fenced(known, e);
            } catch (RuntimeException e) {
                LOG.debug("[{}] a gap cannot be stored yet", shard, e);
            } finally {
                preparing.unlock();
            }
        }
        return Optional.ofNullable(seen.get()).map(Seen::gap);
    }

    /** Another may have had the shard since, or we ourselves: the next preparation here looks whether it was loaded anew. */
    private void fenced(Seen known, FencedException why) {
        try {
            seen.compareAndSet(known, known.fenced(restarts()));
            LOG.warn("[{}] a gap could not be stored: {}", shard, why.getMessage());
        } catch (RuntimeException e) {
            LOG.debug("[{}] the home database is away again", shard, e);
        }
    }

    /** Begins a preparation: nobody else writes what is known of the slot until {@link #released}. */
    void held() throws InterruptedException {
        preparing.lockInterruptibly();
        slot = null;
        handled = null;
    }

    /** Ends it. */
    void released() {
        preparing.unlock();
    }

    /**
     * The gap that stands now, stored by then if it leaves no other trace; an operator who has asked for a restart since has seen to
     * it.
     *
     * @throws FencedException if the shard was claimed with a newer epoch
     * @throws dev.cdcpipeline.failure.CdcException if the home database cannot be asked; nothing is forgotten
     */
    Optional<Finding> standing(Epoch epoch) {
        Seen known = seen.get();
        if (known != null && known.isTraceless() && !known.stored()) {
            store(known, epoch);
        }
        handled = seen.get();
        SlotRecord stored = store.slot(pipeline, shard).orElse(null);
        slot = stored;
        if (stored == null || stored.gap() == null) {
            return Optional.ofNullable(handled)
                    .filter(gap -> !gap.isTraceless() && epoch.equals(gap.epoch()))
                    .map(Seen::gap);
        }
        if (restarts() <= stored.gapRestarts()) {
            return Optional.of(remembered(stored.gap()));
        }
        store.saveSlot(pipeline, shard, epoch, stored.withoutGap());
        slot = stored.withoutGap();
        LOG.warn(
                "[{}] a restart was asked for, so that this gap counts as seen to: {}",
                shard,
                stored.gap().message());
        return Optional.empty();
    }

    /** Stores a gap that this preparation has found itself; without the home database it is kept as if it had been seen before. */
    void found(Finding gap, Epoch epoch) {
        SlotRecord of = slot;
        if (of == null || !TRACELESS.contains(gap.kind())) {
            return;
        }
        Seen now = new Seen(gap, of, epoch, -1, false);
        Seen kept = remember(now);
        try {
            store(kept, epoch);
        } catch (FencedException e) {
            fenced(kept, e);
        } catch (RuntimeException e) {
            LOG.warn("[{}] a gap cannot be stored yet: {}", shard, e.getMessage());
        }
        handled = seen.get();
    }

    /** The preparation has told of what stood, or has made it good. */
    void judged() {
        Seen known = handled;
        if (known != null && (known.stored() || !known.isTraceless())) {
            seen.compareAndSet(known, null);
        }
    }

    /** The first of its slot stays: it is the worst of what was seen at once. */
    private Seen remember(Seen now) {
        return seen.updateAndGet(
                known -> known != null && known.isTraceless() && known.slot().isSameSlot(now.slot()) ? known : now);
    }

    private void store(Seen known, Epoch epoch) {
        SlotRecord now = store.slot(pipeline, shard).orElse(null);
        if (now == null || !known.slot().isSameSlot(now)) {
            seen.compareAndSet(known, null); // all of it was loaded anew, or is about to be
            return;
        }
        long restarts = known.restarts() >= 0 ? known.restarts() : restarts();
        if (now.gap() == null || restarts > now.gapRestarts()) {
            store.saveSlot(pipeline, shard, epoch, now.withGap(known.gap(), restarts));
        }
        seen.compareAndSet(known, known.asStored());
    }

    /** Its cause may be mended by now. */
    private static Finding remembered(Finding gap) {
        return new Finding(
                gap.kind(),
                gap.shard(),
                gap.severity(),
                gap.message() + " (seen earlier, and remembered until a reload, or until a restart is asked for)",
                gap.remedy(),
                gap.storedLsn(),
                gap.sourceLsn());
    }

    private long restarts() {
        return store.control().orders(pipeline, shard).restarts();
    }
}
