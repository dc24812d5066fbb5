package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Notes what an {@link ApplyListener} hears. */
public final class Recording implements ApplyListener {
    public final List<String> heard = new ArrayList<>();

    /** Tries as in earnest, with pauses of a millisecond. */
    public RetryRule retries() {
        return new RetryRule(FailureTable.standard(), () -> false, this, Duration.ofMillis(1));
    }

    @Override
    public void applied(Session session, ChangeBatch batch, Offset before, Offset now, Duration took) {
        heard.add(session.name() + " applied " + batch.changes().size());
    }

    @Override
    public void retrying(Session session, int attempt, Throwable failure) {
        heard.add(session.name() + " retrying");
    }

    @Override
    public void recovered(Session session) {
        heard.add(session.name() + " recovered");
    }
}
