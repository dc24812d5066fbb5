package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one batch of the engine comes to: changes that may be applied now, and how far the stream has come with them.
 *
 * @param changes whole transactions, pieces of large ones, and rows read by a load, in order
 * @param boundary where an engine may be started again
 * @param position what is covered when the changes are applied
 * @param load the running load; null when none runs
 * @param loadStep grows with each change of the load
 * @param loadResults tables that a load has finished since the last delivery
 * @param commitMicros commit time of the boundary's transaction, microseconds since 1970; 0 when not known
 * @param inPieces whether the last change is inside a transaction that goes in pieces
 */
public record Delivery(
        List<Change<Row>> changes,
        String boundary,
        Position position,
        @Nullable LoadMark load,
        long loadStep,
        Map<TableName, TableLoad> loadResults,
        long commitMicros,
        boolean inPieces) {

    Delivery withLoadResults(Map<TableName, TableLoad> results) {
        return new Delivery(changes, boundary, position, load, loadStep, results, commitMicros, inPieces);
    }
}
