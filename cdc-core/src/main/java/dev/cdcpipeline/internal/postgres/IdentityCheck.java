package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a table's REPLICA IDENTITY, and that of its partitions, lets through. */
final class IdentityCheck {
    private final String shard;

    IdentityCheck(String shard) {
        this.shard = shard;
    }

    /** @param fullWanted whether a projection needs the whole row as it was */
    List<Finding> findings(TableState state, boolean fullWanted) {
        List<Finding> findings = new ArrayList<>();
        RelationState table = state.table();
        List<TableName> without = names(state, relation -> !relation.hasIdentity() && !isHidden(relation));
        List<TableName> hidden = names(state, IdentityCheck::isHidden);
        List<TableName> others = names(state, relation -> relation.hasIdentity() && !agrees(table, relation));
        List<TableName> notFull = names(state, relation -> !relation.isFull());
        if (!hidden.isEmpty()) {
            findings.add(finding(
                    "table " + of(table.name(), hidden) + " has a key but REPLICA IDENTITY NOTHING, so that PostgreSQL"
                            + " refuses every UPDATE and DELETE of it as long as it is published",
                    identity(hidden, "DEFAULT")));
        }
        if (!without.isEmpty()) {
            findings.add(keyless(table.name(), without));
        }
        if (fullWanted && !(table.isFull() && notFull.isEmpty())) {
            if (!table.isFull() && state.partitioned()) {
                notFull.add(table.name());
            }
            findings.add(finding(
                    "a projection needs the whole row as it was before an UPDATE or DELETE of table " + table.name()
                            + ", which PostgreSQL does not log",
                    identity(notFull, "FULL")));
        } else if (!others.isEmpty()) {
            findings.add(finding(
                    "partitions " + others + " of table " + table.name()
                            + " have another REPLICA IDENTITY than it has, so"
                            + " that their updates and deletes would be misread",
                    agreement(table, others)));
        }
        return findings;
    }

    /** Nothing that comes is wrong; but the table's own application fails. */
    private Finding keyless(TableName table, List<TableName> without) {
        return finding(
                        "table " + of(table, without)
                                + " has no key, so that PostgreSQL refuses every UPDATE and DELETE of it"
                                + " as long as it is published; its INSERT and TRUNCATE come",
                        "where that is not enough, add a primary key that is not DEFERRABLE, or run "
                                + statements(without, "FULL"))
                .as(Severity.WARNING);
    }

    /**
     * What comes of a partition is described as the root is, also by a publication of the root (docs/decisions/0008): the root's
     * key alone is enough to know the rows of a partition that logs whole rows.
     */
    private static boolean agrees(RelationState table, RelationState partition) {
        return switch (table.replicaIdentity()) {
            case "f" -> partition.isFull();
            case "n" -> false;
            default ->
                partition.isFull() && table.hasKey()
                        || partition.replicaIdentity().equals(table.replicaIdentity())
                                && partition.key().equals(table.key());
        };
    }

    private static boolean isHidden(RelationState relation) {
        return relation.replicaIdentity().equals("n") && relation.hasKey();
    }

    private static String agreement(RelationState table, List<TableName> others) {
        List<TableName> all = new ArrayList<>(List.of(table.name()));
        all.addAll(others);
        if (!table.hasKey()) {
            return identity(all, "FULL");
        }
        return switch (table.replicaIdentity()) {
            case "f" -> identity(others, "FULL");
            case "i" -> "give each the same REPLICA IDENTITY USING INDEX";
            default -> identity(all, "DEFAULT");
        };
    }

    private static String of(TableName table, List<TableName> which) {
        return which.equals(List.of(table)) ? table.toString() : table + " (partitions " + which + ")";
    }

    private static String identity(List<TableName> tables, String identity) {
        return "run " + statements(tables, identity);
    }

    private static String statements(List<TableName> tables, String identity) {
        return tables.stream()
                .map(name -> "ALTER TABLE " + Sql.quoted(name) + " REPLICA IDENTITY " + identity)
                .collect(Collectors.joining("; "));
    }

    private static List<TableName> names(TableState state, Predicate<RelationState> which) {
        return state.withRows().stream()
                .filter(which)
                .map(RelationState::name)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private Finding finding(String message, String remedy) {
        return Finding.of(FindingKind.REPLICA_IDENTITY, shard, message, remedy);
    }
}
