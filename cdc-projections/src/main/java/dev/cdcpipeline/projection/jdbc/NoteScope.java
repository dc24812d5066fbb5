package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.shard.ShardId;
import java.util.List;
import java.util.stream.Collectors;

/** Whose rows of {@code cdc_missing_row}, {@code cdc_loaded_row} and {@code cdc_mirror} are meant, as SQL. */
final class NoteScope {
    private static final List<String> COLUMNS = List.of("pipeline", "shard", "target", "source_table", "view");

    private final List<String> texts;

    private NoteScope(List<String> texts) {
        this.texts = texts;
    }

    /** All of a target and shard. */
    static NoteScope of(String pipeline, ShardId shard, String target) {
        return new NoteScope(List.of(pipeline, shard.name(), target));
    }

    /** Those of a view. */
    static NoteScope of(ProjectionContext context, TableName table, TableName view) {
        return new NoteScope(List.of(
                context.context().pipeline(),
                context.context().shard().name(),
                context.target(),
                table.toString(),
                view.toString()));
    }

    /** The columns' values, in order. */
    String values() {
        return texts.stream().map(Sql::literal).collect(Collectors.joining(", "));
    }

    String matches(String alias) {
        return columns(alias) + " = (" + values() + ")";
    }

    /** The same in a form that no index serves: with one, each piece of a large table would read the whole index. */
    String matchesWithoutIndex(String alias) {
        return "row" + columns(alias) + " is not distinct from row(" + values() + ")";
    }

    private String columns(String alias) {
        return COLUMNS.stream()
                .limit(texts.size())
                .map(column -> alias + "." + column)
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
