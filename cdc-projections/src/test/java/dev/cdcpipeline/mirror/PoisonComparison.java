package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares read model and dead letters of a shard with what its source committed. */
final class PoisonComparison {
    private static final String LETTER = "concat_ws(' ', case when error_class is null then 'behind' else 'failed' end,"
            + " operation, split_part(source_table, '.', 2), row_key ->> 'id', after ->> 'n')";

    private final Mirror mirror;
    private final String shard;
    private final ExpectedLetters expected;

    PoisonComparison(Mirror mirror, String shard, ExpectedLetters expected) {
        this.mirror = mirror;
        this.shard = shard;
        this.expected = expected;
    }

    /** The log lacks exactly the violators and what came after them for the same rows, and those are its letters, in order. */
    void assertExactlyViolatorsParked() {
        assertThat(letters(MirrorMain.LOG)).as("letters of " + shard).containsExactlyElementsOf(expected.letters());
        assertThat(logged()).as("log of " + shard).containsExactlyElementsOf(expected.applied());
    }

    /**
     * A view writes only what is left of several changes of a row in a batch, so that which violators it meets depends on the
     * batches. But what it has parked of a row are the last changes of that row, begun by a violator; every other row is exact.
     */
    void assertViewsExactBesideParkedRows() {
        for (String table : MirrorMain.TABLES) {
            List<String> letters = letters("public." + table + "_view");
            Map<String, List<String>> byKey = new HashMap<>();
            for (String letter : letters) {
                String change = letter.substring(letter.indexOf(' ') + 1);
                byKey.computeIfAbsent(ExpectedLetters.key(change), key -> new ArrayList<>())
                        .add(change);
                assertThat(letter.startsWith("behind ") || change.startsWith("DELETE ") || expected.violates(change))
                        .as(letter + " is of a violator, or behind one")
                        .isTrue();
            }
            byKey.forEach((key, changes) -> assertThat(expected.histories().get(key))
                    .as("changes of " + key)
                    .endsWith(changes.toArray(String[]::new)));
            Set<String> view = view(table, byKey.keySet());
            Set<String> source = source(table, byKey.keySet());
            assertThat(without(view, source))
                    .as("rows of " + table + "_view alone")
                    .isEmpty();
            assertThat(without(source, view)).as("rows of " + table + " alone").isEmpty();
        }
        assertThat(mirror.readModel()
                        .queryStrings("select l.keys::text from cdc_dead_letter l where l.shard = '" + shard
                                + "' and error_class is null and not exists (select from cdc_dead_letter e where e.id < l.id"
                                + " and e.shard = l.shard and e.projection = l.projection and e.keys && l.keys)"))
                .as("letters behind nothing")
                .isEmpty();
    }

    /** No letter is left, and the changes of each row were applied once, in order. */
    void assertReplayed() {
        assertThat(mirror.readModel().queryLong("select count(*) from cdc_dead_letter"))
                .as("letters left")
                .isZero();
        Map<String, List<String>> logged = logged().stream().collect(Collectors.groupingBy(ExpectedLetters::key));
        assertThat(logged.keySet()).isEqualTo(expected.histories().keySet());
        expected.histories()
                .forEach((key, changes) ->
                        assertThat(logged.get(key)).as("log of " + key).isEqualTo(changes));
    }

    private List<String> letters(String projection) {
        return rows(
                mirror.readModel(),
                "select " + LETTER + " from cdc_dead_letter where shard = '" + shard + "' and projection = '"
                        + projection + "' order by id");
    }

    private List<String> logged() {
        return rows(
                mirror.readModel(),
                "select concat_ws(' ', op, tab, id, n) from applied where shard = '" + shard + "' order by seq");
    }

    private Set<String> view(String table, Set<String> without) {
        return rowsOf(mirror.readModel(), table, "_view where shard = '" + shard + "'", without);
    }

    private Set<String> source(String table, Set<String> without) {
        return rowsOf(mirror.source(shard), table, "", without);
    }

    private static Set<String> rowsOf(TestDatabase database, String table, String rest, Set<String> without) {
        Set<String> rows = new HashSet<>(
                rows(database, "select concat_ws(' ', '" + table + "', id, n, val) from " + table + rest));
        rows.removeIf(
                row -> without.contains(String.join(" ", List.of(row.split(" ")).subList(0, 2))));
        return rows;
    }

    private static Set<String> without(Set<String> rows, Set<String> others) {
        Set<String> rest = new HashSet<>(rows);
        rest.removeAll(others);
        return rest;
    }

    private static List<String> rows(TestDatabase database, String sql) {
        return database.queryStrings(sql).stream().map(String::valueOf).toList();
    }
}
