package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sorts the letters of a target and shard into chains: those that share a key, directly or over others, and those of a table for
 * which one stands as a whole.
 */
final class LetterChains {
    private record Entry(ParkedLetter letter, Instant parkedAt) {}

    private record Key(String projection, String key) {}

    private record Table(String projection, TableName table) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Set<Table> wholeTables = new HashSet<>();
    /** From each key to another of the same chain, at the end to one that has none: a forest of disjoint sets. */
    private final Map<Key, Key> parents = new HashMap<>();

    void add(ParkedLetter letter, Instant parkedAt) {
        entries.add(new Entry(letter, parkedAt));
        if (letter.isParked() && letter.keys().contains(LetterKeys.wholeTable(letter.table()))) {
            wholeTables.add(new Table(letter.projection(), letter.table()));
        }
    }

    List<LetterChain> oldestFirst() {
        entries.stream().map(Entry::letter).filter(ParkedLetter::isParked).forEach(this::link);
        Map<Key, LetterChain> byRoot = new HashMap<>();
        List<LetterChain> chains = new ArrayList<>();
        for (Entry entry : entries) {
            LetterChain chain = new LetterChain();
            if (entry.letter.isParked()) {
                chain = byRoot.computeIfAbsent(root(keys(entry.letter).get(0)), root -> new LetterChain());
            }
            if (chain.letters().isEmpty()) {
                chains.add(chain);
            }
            chain.add(entry.letter, entry.parkedAt);
        }
        chains.sort(Comparator.comparing(LetterChain::newest).thenComparing(LetterChain::first));
        return chains;
    }

    private void link(ParkedLetter letter) {
        List<Key> keys = keys(letter);
        Key root = root(keys.get(0));
        for (Key key : keys) {
            Key other = root(key);
            if (!other.equals(root)) {
                parents.put(other, root);
            }
        }
    }

    private List<Key> keys(ParkedLetter letter) {
        List<Key> keys = new ArrayList<>();
        letter.keys().forEach(key -> keys.add(new Key(letter.projection(), key)));
        if (wholeTables.contains(new Table(letter.projection(), letter.table()))) {
            keys.add(new Key(letter.projection(), LetterKeys.wholeTable(letter.table())));
        }
        return keys;
    }

    private Key root(Key key) {
        Key root = key;
        for (Key parent = parents.get(root); parent != null; parent = parents.get(root)) {
            root = parent;
        }
        Key each = key;
        while (!each.equals(root)) { // the next search is short
            Key parent = parents.put(each, root);
            each = parent == null ? root : parent;
        }
        return root;
    }
}
