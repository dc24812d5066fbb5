package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.FailureJudge;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.ParkingSession;
import java.util.Map;
import java.util.Optional;

/** A session that only says what is parked. */
final class FakeParking implements ParkingSession {
    Map<String, Long> parked = Map.of();

    @Override
    public Map<String, Long> parked() {
        return parked;
    }

    @Override
    public Optional<Offset> offset() {
        return Optional.empty();
    }

    @Override
    public void apply(ChangeBatch batch, Offset upTo) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void isolate(ChangeBatch batch, Offset upTo, FailureJudge judge) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LetterStep replay(DeadLetterFilter filter, long after, int most) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LetterStep discard(DeadLetterFilter filter, String reason, long after, int most) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long cut(DeadLetterRetention retention, int most) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void recover() {}

    @Override
    public void abort() {}

    @Override
    public void close() {}
}
