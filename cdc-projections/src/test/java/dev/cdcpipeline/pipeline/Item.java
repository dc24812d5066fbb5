package dev.cdcpipeline.pipeline;

import dev.cdcpipeline.change.SourceTable;
import org.jspecify.annotations.Nullable;

/** A row of the tables {@code a} and {@code b} of every source. */
public record Item(long id, @Nullable String val, @Nullable Integer n) {

    public static final SourceTable<Item> A = SourceTable.of("public.a", Item.class);
    public static final SourceTable<Item> B = SourceTable.of("public.b", Item.class);
}
