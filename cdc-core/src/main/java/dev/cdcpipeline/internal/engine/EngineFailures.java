package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.SchemaDrift;
import dev.cdcpipeline.internal.dispatch.TargetGaveUpException;
import dev.cdcpipeline.internal.shape.AlteredDuringLoadException;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.preflight.Severity;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the end of an engine means. */
final class EngineFailures {
    private static final int MAX_CAUSES = 20;

    private EngineFailures() {}

    /** Our own exception inside what Debezium reports, one that is final if there is any; or one around it. */
    static RuntimeException ours(Throwable failure) {
        CdcException first = null;
        for (Throwable cause : causes(failure)) {
            if (cause instanceof CdcException ours) {
                if (isFinal(ours)) {
                    return ours;
                }
                first = first == null ? ours : first;
            }
        }
        return first != null ? first : new CdcException("the engine failed: " + failure, failure);
    }

    /** Whether another engine would end in the same way, until someone has done something about it. */
    static boolean isFinal(Throwable failure) {
        return failure instanceof FencedException
                || failure instanceof TargetGaveUpException
                || failure instanceof SchemaDrift
                || failure instanceof PreflightException preflight && preflight.severity() == Severity.GAP
                || failure instanceof RetainedWalException
                || failure instanceof Error;
    }

    /** Whether a table was altered while its rows were loaded, so that the stream has to go ahead. */
    static boolean isAlteredDuringLoad(@Nullable Throwable failure) {
        return causes(failure).stream().anyMatch(AlteredDuringLoadException.class::isInstance);
    }

    /** The failure and what is behind it, the outermost first. */
    private static List<Throwable> causes(@Nullable Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                .toList();
    }
}
