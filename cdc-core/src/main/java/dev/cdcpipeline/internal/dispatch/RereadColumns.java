package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which columns a target's projections want read again at the source when a change leaves them out. */
final class RereadColumns {
    private final Set<TableName> whole = new HashSet<>();
    private final Map<TableName, Set<String>> columns = new HashMap<>();

    RereadColumns(Collection<SourceTable<?>> tables) {
        for (SourceTable<?> table : tables) {
            if (table.rereadsUnchanged() && table.isWhole()) {
                whole.add(table.name());
            } else if (table.rereadsUnchanged()) {
                columns.computeIfAbsent(table.name(), name -> new HashSet<>())
                        .addAll(table.columns().stream()
                                .map(RecordColumn::column)
                                .toList());
            }
        }
    }

    /** Where rows are looked up together; a table that is altered between two changes makes another. */
    private record Place(TableName table, List<String> keyColumns, RowLayout layout) {}

    /** A row that was sent without values that are wanted. */
    private record Gap(Place place, List<String> key, Completable row, Map<String, String> columns) {}

    /** The same batch, with what the source has for the values that are wanted. */
    ChangeBatch fill(ChangeBatch batch, UnchangedValues source) throws InterruptedException {
        if (whole.isEmpty() && columns.isEmpty()) {
            return batch;
        }
        Map<Place, UnchangedRows> rows = gather(batch.changes());
        if (rows.isEmpty()) {
            return batch;
        }
        Map<Place, Map<List<String>, Map<String, @Nullable String>>> values = new HashMap<>();
        for (Map.Entry<Place, UnchangedRows> entry : rows.entrySet()) {
            values.put(entry.getKey(), source.read(entry.getValue()));
        }
        List<Change<Row>> filled = new ArrayList<>(batch.changes());
        filled.replaceAll(change -> {
            Gap gap = gap(change);
            Map<String, @Nullable String> found = gap == null
                    ? Map.of()
                    : values.getOrDefault(gap.place, Map.of()).getOrDefault(gap.key, Map.of());
            return gap == null ? change : filled(change, gap, found);
        });
        return new ChangeBatch(filled);
    }

    private Map<Place, UnchangedRows> gather(List<Change<Row>> changes) {
        Map<Place, UnchangedRows> rows = new LinkedHashMap<>();
        for (Change<Row> change : changes) {
            Gap gap = gap(change);
            if (gap != null) {
                UnchangedRows together = rows.computeIfAbsent(
                        gap.place,
                        place -> new UnchangedRows(
                                place.table,
                                place.keyColumns,
                                new LinkedHashSet<>(),
                                new LinkedHashMap<>(),
                                new HashSet<>()));
                together.keys().add(gap.key);
                together.columns().putAll(gap.columns);
                together.transactions().add(change.source().transactionId());
            }
        }
        return rows;
    }

    private @Nullable Gap gap(Change<Row> change) {
        Row key = change.key();
        if (key == null || !(change.after() instanceof Completable row) || !row.hasUnchanged()) {
            return null;
        }
        Map<String, String> wanted = new LinkedHashMap<>();
        RowLayout layout = row.layout();
        for (int i = 0; i < layout.columns().size(); i++) {
            if (row.isUnchanged(i) && wants(change.table(), layout.columns().get(i))) {
                wanted.put(layout.columns().get(i), layout.sqlType(i));
            }
        }
        List<String> texts = texts(key);
        Place place = new Place(change.table(), key.layout().columns(), layout);
        return wanted.isEmpty() || texts.isEmpty() ? null : new Gap(place, texts, row, wanted);
    }

    private boolean wants(TableName table, String column) {
        return whole.contains(table) || columns.getOrDefault(table, Set.of()).contains(column);
    }

    /** Empty if a part of the key is not known, so that nothing can be found by it. */
    private static List<String> texts(Row key) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < key.layout().columns().size(); i++) {
            String text = key.text(i);
            if (text == null) {
                return List.of();
            }
            texts.add(text);
        }
        return texts;
    }

    private static Change<Row> filled(Change<Row> change, Gap gap, Map<String, @Nullable String> found) {
        Map<Integer, @Nullable String> texts = new HashMap<>();
        Set<String> reread = new HashSet<>();
        for (String column : gap.columns.keySet()) {
            if (found.containsKey(column)) {
                texts.put(gap.row.layout().indexOf(column), found.get(column));
                reread.add(column);
            }
        }
        return reread.isEmpty() ? change : new RereadChange(change, gap.row.with(texts), Set.copyOf(reread));
    }
}
