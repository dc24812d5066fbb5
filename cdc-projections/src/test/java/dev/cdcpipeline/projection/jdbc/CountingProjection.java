package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/** Counts how often it is given changes, and fails at some. */
record CountingProjection(SourceTable<?> table, AtomicInteger applied, Predicate<Change<Row>> failing)
        implements JdbcProjection {

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return List.of(table);
    }

    @Override
    public ShardProjection prepare(Handle handle, ProjectionContext context) {
        return (batch, transaction) -> {
            applied.incrementAndGet();
            if (batch.changes().stream().anyMatch(failing)) {
                throw new IllegalArgumentException("one of them is bad");
            }
        };
    }
}
