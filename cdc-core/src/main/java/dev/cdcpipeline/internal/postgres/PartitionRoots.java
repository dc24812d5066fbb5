package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.shape.Relations;
import dev.cdcpipeline.shard.PostgresShard;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The partitions of a shard's captured tables, on every level, by oid. Read when it is made, and again for a relation that it does
 * not know; each time over a connection of its own, because that is seldom.
 *
 * <p>What was once a partition stays one here: with a publication of the root nothing of it comes after it was detached, so that
 * what comes was written before. Ordinary tables that nobody captures are asked for at each of their Relation messages, because
 * one of them may have been attached.
 */
public final class PartitionRoots implements Relations {
    private static final String MEMBERS = TableState.TREE + """
            select t.relation, n.nspname, r.relname, c.relkind <> 'p', r.relkind = 'p'
            from tree t
            join pg_class r on r.oid = t.root join pg_namespace n on n.oid = r.relnamespace
            join pg_class c on c.oid = t.relation
            """;

    private final PostgresShard shard;
    private final Set<TableName> captured;
    private final Map<Integer, TableName> roots = new HashMap<>();
    private final Map<TableName, Set<Integer>> leaves = new HashMap<>();
    private boolean partitioned;

    private record Member(int oid, TableName root, boolean leaf, boolean partitioned) {}

    private PartitionRoots(PostgresShard shard, Collection<TableName> captured) {
        this.shard = shard;
        this.captured = Set.copyOf(captured);
    }

    /**
     * @param captured the captured tables, partitioned or not
     * @throws dev.cdcpipeline.failure.ShardStartException if the source does not answer
     */
    public static PartitionRoots read(PostgresShard shard, Collection<TableName> captured) {
        PartitionRoots roots = new PartitionRoots(shard, captured);
        roots.refresh();
        return roots;
    }

    @Override
    public Optional<TableName> rootOf(int oid, TableName name) {
        if (captured.contains(name)) {
            return Optional.of(name);
        }
        if (!roots.containsKey(oid) && partitioned) {
            refresh();
        }
        return Optional.ofNullable(roots.get(oid));
    }

    @Override
    public boolean isWhole(TableName root, Collection<Integer> truncated) {
        if (!covers(root, truncated)) {
            refresh(); // one that it leaves out may be gone
        }
        return covers(root, truncated);
    }

    private boolean covers(TableName root, Collection<Integer> truncated) {
        return truncated.containsAll(leaves.getOrDefault(root, Set.of()));
    }

    private void refresh() {
        String[] schemas = captured.stream().map(TableName::schema).toArray(String[]::new);
        String[] names = captured.stream().map(TableName::name).toArray(String[]::new);
        try (SourceConnection source = SourceConnection.open(shard)) {
            Collection<Member> members =
                    source.answer(() -> source.query(MEMBERS, PartitionRoots::member, schemas, names));
            leaves.clear();
            partitioned = members.stream().anyMatch(Member::partitioned);
            members.forEach(member -> {
                roots.put(member.oid(), member.root());
                Set<Integer> known = leaves.computeIfAbsent(member.root(), root -> new HashSet<>());
                if (member.leaf()) {
                    known.add(member.oid());
                }
            });
        }
    }

    /** An oid has 32 bits without a sign; the stream's number of it is read as an int. */
    private static Member member(ResultSet row) throws SQLException {
        return new Member(
                (int) row.getLong(1),
                new TableName(row.getString(2), row.getString(3)),
                row.getBoolean(4),
                row.getBoolean(5));
    }
}
