package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes deliveries of the rows of a snapshot. Until its end they leave the targets where they are, before everything; only the
 * step of their load grows, by which a batch that was stored is told from one that was not.
 */
public final class SnapshotAssembler {
    private final Set<TableName> tables;
    private final StreamCounts counts;
    private final Set<TableName> seen = new HashSet<>();
    private List<Change<Row>> rows = new ArrayList<>();
    private long step;

    /** What targets note while the snapshot goes on; nobody resumes from it. */
    private record Mark(List<TableName> remaining) implements LoadMark {
        @Override
        public String text() {
            return "{\"snapshot\":true}";
        }

        @Override
        public LoadMark mergedWith(@Nullable LoadMark stored) {
            return this;
        }
    }

    /** @param step that of the targets' loads */
    public SnapshotAssembler(Set<TableName> tables, long step, StreamCounts counts) {
        this.tables = Set.copyOf(tables);
        this.step = step;
        this.counts = counts;
    }

    /** Takes the next record; what is not a row of the snapshot is passed over. */
    public void accept(StreamEvent event) {
        RowChange row = event.change();
        if (row == null || row.operation() != Operation.READ) {
            return;
        }
        counts.read(row.operation());
        seen.add(row.table());
        rows.add(row);
    }

    /** The rows since the last delivery. */
    public Delivery rows() {
        return delivery("", Position.boundary(0), new Mark(List.copyOf(tables)), Map.of());
    }

    /** The last rows, and with them the place where the stream begins and the end of every table's load. */
    public Delivery end(String boundary, Position position) {
        Map<TableName, TableLoad> results = new HashMap<>();
        tables.forEach(table -> results.put(table, seen.contains(table) ? TableLoad.SUCCEEDED : TableLoad.EMPTY));
        return delivery(boundary, position, null, results);
    }

    private Delivery delivery(
            String boundary, Position position, @Nullable LoadMark mark, Map<TableName, TableLoad> results) {
        Delivery delivery = new Delivery(rows, boundary, position, mark, ++step, results, 0, false);
        rows = new ArrayList<>();
        return delivery;
    }
}
