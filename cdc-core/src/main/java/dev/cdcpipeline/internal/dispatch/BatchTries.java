package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.ParkingSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tries of one batch at one target: as a whole first, and once that has failed for a reason that does not pass by itself, taken
 * apart, so that the changes which fail are found and everything else goes on.
 */
final class BatchTries {
    /** So often is a failure tried that no change is to blame for. */
    static final int TRIES = 4;

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Session session;
    private final FailureSettings settings;
    private final SessionShares shares;
    private @Nullable Instant firstFailedAt;
    private int attempt;
    private int failuresOfTheBatch;

    BatchTries(Session session, FailureSettings settings, SessionShares shares) {
        this.session = session;
        this.settings = settings;
        this.shares = shares;
    }

    /** One more try. */
    void apply(ChangeBatch batch, Offset next) {
        Optional<ParkingSession> parking = session.parking();
        Instant since = firstFailedAt;
        try {
            if (since == null || parking.isEmpty()) {
                Map<String, Long> before = parked(parking);
                session.target().apply(batch, next);
                shares.passed(batch, before, parked(parking));
            } else {
                attempt++;
                BatchJudge judge = new BatchJudge(session, settings, shares.byProjection(), attempt, since);
                parking.get().isolate(batch, next, judge);
                shares.replace(judge.shares());
            }
        } catch (FencedException | OffsetLostException | TryAgainException | TargetGaveUpException e) {
            throw e;
        } catch (RuntimeException e) {
            if (settings.table().kindOf(e) == FailureKind.TRANSIENT) {
                attempt -= since == null ? 0 : 1; // it says nothing of the changes
                throw e;
            }
            throw failed(e, parking.isPresent());
        }
    }

    private static Map<String, Long> parked(Optional<ParkingSession> parking) {
        return parking.map(ParkingSession::parked).orElse(Map.of());
    }

    private RuntimeException failed(RuntimeException failure, boolean canBeTakenApart) {
        boolean first = firstFailedAt == null;
        if (first) {
            firstFailedAt = Instant.now();
        }
        if (first && canBeTakenApart) {
            return new TryAgainException(Duration.ZERO, failure);
        }
        failuresOfTheBatch++;
        return failuresOfTheBatch < TRIES
                ? new TryAgainException(PAUSE, failure)
                : TargetGaveUpException.atBatch(session.name(), failuresOfTheBatch, failure);
    }
}
