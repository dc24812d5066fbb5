package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Follows the letters of a projection from one key to all that they link it with. */
final class KeyClosure {
    private record Link(TableName table, Set<String> keys) {}

    private final List<Link> links = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();
    private final Set<String> tables = new TreeSet<>();

    /** A letter that has several keys, or stands for its whole table. */
    void link(TableName table, Set<String> of) {
        links.add(new Link(table, of));
    }

    /** @param table whose row the key is of */
    void follow(String key, Optional<TableName> table) {
        Set<TableName> whole = new HashSet<>();
        links.stream().filter(KeyClosure::isWholeTable).map(Link::table).forEach(whole::add);
        Map<String, List<Link>> byKey = new HashMap<>();
        List<String> open = new ArrayList<>(List.of(key));
        table.filter(whole::contains).map(LetterKeys::wholeTable).ifPresent(open::add);
        for (Link link : links) {
            keysOf(link, whole)
                    .forEach(each -> byKey.computeIfAbsent(each, any -> new ArrayList<>())
                            .add(link));
        }
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (keys.add(next)) {
                byKey.getOrDefault(next, List.of()).forEach(link -> open.addAll(keysOf(link, whole)));
            }
        }
        whole.stream()
                .filter(each -> keys.contains(LetterKeys.wholeTable(each)))
                .forEach(each -> tables.add(each.toString()));
    }

    private static boolean isWholeTable(Link link) {
        return link.keys.contains(LetterKeys.wholeTable(link.table));
    }

    private static Set<String> keysOf(Link link, Set<TableName> whole) {
        Set<String> keys = new HashSet<>(link.keys);
        if (whole.contains(link.table)) {
            keys.add(LetterKeys.wholeTable(link.table));
        }
        return keys;
    }

    /** All keys that were come to. */
    Set<String> keys() {
        return keys;
    }

    /** Tables all of whose letters belong to it. */
    Set<String> tables() {
        return tables;
    }
}
