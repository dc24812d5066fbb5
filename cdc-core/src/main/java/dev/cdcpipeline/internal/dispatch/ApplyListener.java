package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import java.time.Duration;

/** Hears of every batch that a target has made durable, and of every failed try. */
public interface ApplyListener {

    void applied(Session session, ChangeBatch batch, Offset before, Offset now, Duration took);

    /** A try failed and will be repeated after a pause; {@code attempt} counts from 1 for each batch. */
    void retrying(Session session, int attempt, Throwable failure);

    /** The try after a failed one went well. */
    void recovered(Session session);
}
