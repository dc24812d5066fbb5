package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import java.util.Collection;
import java.util.stream.Collectors;

/** Names as SQL takes them, whatever is in them. */
final class Sql {

    private Sql() {}

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String quoted(TableName table) {
        return quoted(table.schema()) + "." + quoted(table.name());
    }

    /** In order, with commas between. */
    static String list(Collection<TableName> tables) {
        return tables.stream().sorted().map(Sql::quoted).collect(Collectors.joining(", "));
    }
}
