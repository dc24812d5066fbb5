package dev.cdcpipeline.metrics;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Base units of meters other than times. */
enum Unit {
    BYTES,
    CHANGES,
    CONNECTIONS,
    ROWS,
    TABLES,
    THREADS,
    /** Of a share, a state, or a number of events that the name says. */
    NONE;

    /** As Micrometer wants it. */
    @Nullable
    String text() {
        return this == NONE ? null : name().toLowerCase(Locale.ROOT);
    }
}
