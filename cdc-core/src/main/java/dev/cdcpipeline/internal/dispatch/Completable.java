package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Row;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row that can be given values it was sent without. */
public interface Completable extends Row {

    /**
     * The same row with these values, which are not unchanged any more.
     *
     * @param texts in PostgreSQL's own text form, by the index of the {@link #layout()}; null is SQL NULL
     */
    Row with(Map<Integer, @Nullable String> texts);
}
