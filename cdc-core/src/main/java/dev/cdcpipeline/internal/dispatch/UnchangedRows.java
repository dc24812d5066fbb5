package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows of a table whose changes left values out.
 *
 * @param table the captured table
 * @param keyColumns the columns by which they are known
 * @param keys their keys, as texts in the order of {@code keyColumns}
 * @param columns whose values are wanted, with their SQL types as the rows have them
 * @param transactions the source's numbers of the transactions that changed them; only the low 32 bits count
 */
public record UnchangedRows(
        TableName table,
        List<String> keyColumns,
        Set<List<String>> keys,
        Map<String, String> columns,
        Set<Long> transactions) {}
