package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.policy.FailedChange;
import dev.cdcpipeline.policy.FailureDecision;
import dev.cdcpipeline.target.FailureJudge;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides about the changes that fail in one try of one batch: by the policy of their projection, and by the circuit breaker. */
final class BatchJudge implements FailureJudge {
    private final Session session;
    private final FailureSettings settings;
    private final Map<String, ParkedShare> before;
    private final Map<String, ParkedShare> shares = new HashMap<>();
    private final int attempt;
    private final Instant firstFailedAt;
    private @Nullable Duration pause;
    private @Nullable RuntimeException failure;

    /**
     * @param before the circuit breaker of each projection, as it was before this try
     * @param attempt how often each change of the batch has been tried, this time included
     * @param firstFailedAt when the batch failed first
     */
    BatchJudge(
            Session session,
            FailureSettings settings,
            Map<String, ParkedShare> before,
            int attempt,
            Instant firstFailedAt) {
        this.session = session;
        this.settings = settings;
        this.before = before;
        this.attempt = attempt;
        this.firstFailedAt = firstFailedAt;
    }

    /** The circuit breakers after this try, if it has become durable. */
    Map<String, ParkedShare> shares() {
        return shares;
    }

    @Override
    public boolean isTransient(Throwable each) {
        return settings.table().kindOf(each) == FailureKind.TRANSIENT;
    }

    @Override
    public void passed(String projection, int changes) {
        share(projection).passed(changes);
    }

    @Override
    public List<NewLetter> judge(String projection, List<Change<Row>> changes, RuntimeException error) {
        FailureKind kind = settings.table().kindOf(error);
        if (kind == FailureKind.TRANSIENT || error instanceof OffsetLostException) {
            throw error;
        }
        FailedChange failed = new FailedChange(
                changes.get(0).source().shard(), session.name(), projection, changes, attempt, kind, error);
        FailureDecision decision = Objects.requireNonNull(
                session.policy(projection, settings.policy()).decide(failed), "a failure policy has decided nothing");
        boolean stays = !(decision instanceof FailureDecision.Retry) && kind == FailureKind.FATAL;
        if (stays || decision instanceof FailureDecision.StopShard) {
            throw TargetGaveUpException.atChange(failed);
        }
        changes.forEach(change -> share(projection).failed());
        if (decision instanceof FailureDecision.Retry retry) {
            pause = pause == null || retry.after().compareTo(pause) > 0 ? retry.after() : pause;
            failure = error;
            if (share(projection).isTooLarge()) {
                conclude(); // enough is known, and nothing of this try stays
            }
        } else if (share(projection).isTooLarge()) {
            throw TargetGaveUpException.tooMany(failed, share(projection));
        }
        return letters(failed, decision);
    }

    private List<NewLetter> letters(FailedChange failed, FailureDecision decision) {
        Optional<String> discarded =
                decision instanceof FailureDecision.Discard discard ? Optional.of(discard.reason()) : Optional.empty();
        Set<String> keys = new HashSet<>();
        failed.changes().forEach(change -> keys.addAll(LetterKeys.of(change)));
        Optional<LetterError> error = Optional.of(LetterError.of(failed.error()));
        return failed.changes().stream()
                .map(change -> new NewLetter(
                        failed.projection(),
                        LetterChange.of(change),
                        keys,
                        failed.attempts(),
                        error,
                        firstFailedAt,
                        discarded))
                .toList();
    }

    @Override
    public void conclude() {
        if (pause != null && failure != null) {
            throw new TryAgainException(pause, failure);
        }
    }

    private ParkedShare share(String projection) {
        return shares.computeIfAbsent(projection, name -> {
            ParkedShare known = before.get(name);
            return known == null ? new ParkedShare(settings.limits()) : known.copy();
        });
    }
}
