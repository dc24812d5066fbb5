package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the partitions of captured tables from one look to the next, and what was done with them that no stream tells:
 * a partition attached with its rows, detached or dropped with its rows, or emptied alone. It ought to live as long as its shard;
 * what is done while nobody looks is not seen. One thread.
 */
public final class PartitionWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionWatch.class);
    private static final int MOST_NAMED = 20;

    private final Map<TableName, Map<Long, RelationState>> last = new HashMap<>();
    private final Map<TableName, Set<String>> events = new LinkedHashMap<>();

    /** Forgets what was found of tables that a load reads anew: the view will be right again. */
    public void loadedAnew(Collection<TableName> tables) {
        events.keySet().removeAll(tables);
    }

    /** Everything that was found since each table was loaded; one finding for each table. */
    List<Finding> look(String shard, Collection<TableState> tables) {
        tables.stream().filter(TableState::partitioned).forEach(table -> compare(shard, table));
        return events.entrySet().stream()
                .map(entry -> finding(shard, entry.getKey(), entry.getValue()))
                .toList();
    }

    private void compare(String shard, TableState state) {
        TableName table = state.table().name();
        Map<Long, RelationState> now =
                state.partitions().stream().collect(Collectors.toMap(RelationState::oid, partition -> partition));
        Map<Long, RelationState> before = last.put(table, now);
        if (before == null) {
            return;
        }
        now.values().forEach(partition -> {
            RelationState known = before.get(partition.oid());
            boolean again = known != null && !known.attached().equals(partition.attached());
            if (again || known == null && !partition.born() && partition.bytes() > 0) {
                note(shard, table, partition.name() + " was attached");
            }
        });
        before.values().stream()
                .filter(partition -> !now.containsKey(partition.oid()) && partition.bytes() > 0)
                .forEach(partition -> note(shard, table, partition.name() + " was detached or dropped"));
        emptied(before, now).forEach(partition -> note(shard, table, partition + " was emptied by TRUNCATE"));
    }

    /** A TRUNCATE of the whole table, which does come, gives every partition another file. */
    private static List<TableName> emptied(Map<Long, RelationState> before, Map<Long, RelationState> now) {
        List<RelationState> stayed = now.values().stream()
                .filter(partition -> before.containsKey(partition.oid()))
                .toList();
        List<RelationState> other = stayed.stream()
                .filter(partition ->
                        partition.file() != before.get(partition.oid()).file())
                .toList();
        return other.size() == stayed.size()
                ? List.of()
                : other.stream()
                        .filter(partition -> partition.uncounted()
                                && before.get(partition.oid()).bytes() > 0)
                        .map(RelationState::name)
                        .toList();
    }

    private void note(String shard, TableName table, String event) {
        Set<String> known = events.computeIfAbsent(table, name -> new LinkedHashSet<>());
        if (known.size() < MOST_NAMED && known.add(event)) {
            LOG.warn("{}", "[" + shard + "] partition " + event + ", which the stream of " + table + " does not tell");
        }
    }

    private static Finding finding(String shard, TableName table, Set<String> events) {
        return Finding.of(
                FindingKind.PARTITIONS,
                shard,
                "of table " + table + " partition " + String.join(", partition ", events)
                        + "; what happens to rows in that way does not come through the stream",
                "backfill the projections of " + table + ", which makes them equal again");
    }
}
