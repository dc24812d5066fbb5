package dev.cdcpipeline.change;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of texts that were kept, as the shard's source made them: their values are converted by the same types. Used by one
 * thread at a time.
 */
@FunctionalInterface
public interface RowFactory {

    /**
     * @param layout columns and SQL types, as {@link Row#layout()} gave them
     * @param texts the values in PostgreSQL's own text form, by index; null is SQL NULL
     * @param unchanged indexes of columns whose values the source did not send
     * @throws dev.cdcpipeline.failure.TransientFailure if the source must be asked for a type and does not answer
     */
    Row row(RowLayout layout, List<@Nullable String> texts, Set<Integer> unchanged);
}
