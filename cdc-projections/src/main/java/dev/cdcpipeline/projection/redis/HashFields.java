package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.SchemaDrift;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a hash.
 *
 * @param chosen the columns in it; empty for all that the row has
 * @param renames fields by column, where they have other names
 */
record HashFields(List<String> chosen, Map<String, String> renames) {

    HashFields {
        chosen = List.copyOf(chosen);
        renames = Map.copyOf(renames);
    }

    /** The columns that must be there. */
    Set<String> columns() {
        Set<String> columns = new TreeSet<>(chosen);
        columns.addAll(renames.keySet());
        return columns;
    }

    /** @throws SchemaDrift if a column is not there any more */
    Map<String, byte[]> of(Row row) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        for (String column : chosen.isEmpty() ? row.layout().columns() : chosen) {
            int index = row.layout().indexOf(column);
            if (index < 0) {
                throw new SchemaDrift("a hash needs column '" + column + "', the row has "
                        + row.layout().columns() + "; was it renamed at the source?");
            }
            String text = row.text(index);
            if (text != null) {
                fields.put(renames.getOrDefault(column, column), Writes.bytes(text));
            }
        }
        return fields;
    }
}
