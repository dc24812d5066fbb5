package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.LetterEvent;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.preflight.Finding;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners as one. What one of them throws keeps nothing from the others. */
public final class Listeners implements PipelineListener {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<PipelineListener> all;

    public Listeners(List<PipelineListener> all) {
        this.all = new CopyOnWriteArrayList<>(all);
    }

    public void add(PipelineListener listener) {
        all.add(listener);
    }

    private void tell(Consumer<PipelineListener> call) {
        for (PipelineListener listener : all) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("a listener of the pipeline failed; it goes on without it", e);
            }
        }
    }

    @Override
    public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
        tell(listener -> listener.stateChanged(shard, from, to, reason));
    }

    @Override
    public void applied(BatchApplied batch) {
        tell(listener -> listener.applied(batch));
    }

    @Override
    public void acknowledged(String shard) {
        tell(listener -> listener.acknowledged(shard));
    }

    @Override
    public void loaded(String shard) {
        tell(listener -> listener.loaded(shard));
    }

    @Override
    public void retrying(String shard, String target, int attempt, Throwable failure) {
        tell(listener -> listener.retrying(shard, target, attempt, failure));
    }

    @Override
    public void parked(String shard, String target, NewLetter letter) {
        tell(listener -> listener.parked(shard, target, letter));
    }

    @Override
    public void discarded(LetterEvent letter, String reason) {
        tell(listener -> listener.discarded(letter, reason));
    }

    @Override
    public void replayed(LetterEvent letter) {
        tell(listener -> listener.replayed(letter));
    }

    @Override
    public void failedAgain(LetterEvent letter) {
        tell(listener -> listener.failedAgain(letter));
    }

    @Override
    public void cut(String shard, String target, String projection, long letters) {
        tell(listener -> listener.cut(shard, target, projection, letters));
    }

    @Override
    public void loadProgress(String shard, LoadProgress progress) {
        tell(listener -> listener.loadProgress(shard, progress));
    }

    @Override
    public void found(Finding finding) {
        tell(listener -> listener.found(finding));
    }

    @Override
    public void gap(Finding finding, boolean reloading) {
        tell(listener -> listener.gap(finding, reloading));
    }

    @Override
    public void leaseAcquired(String shard, Epoch epoch) {
        tell(listener -> listener.leaseAcquired(shard, epoch));
    }

    @Override
    public void leaseLost(String shard, String reason) {
        tell(listener -> listener.leaseLost(shard, reason));
    }
}
