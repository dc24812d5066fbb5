package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a source committed, in commit order, as the server's own decoder tells it through a second slot that nobody disturbs.
 * Needs a number in every row's {@code n}.
 */
final class Reference {
    private static final Pattern CHANGE =
            Pattern.compile("table (.+?): (INSERT|UPDATE|DELETE|TRUNCATE): (.*)", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("id\\[bigint\\]:(-?\\d+)");
    private static final Pattern NUMBER = Pattern.compile("n\\[integer\\]:(-?\\d+)$");

    /** A change of a row: where it stands, where its transaction ended, and {@code operation table id n}. */
    record Line(long lsn, long commit, String change) {}

    private final TestDatabase source;
    private final String slot;
    private final List<Line> lines = new ArrayList<>();

    private Reference(TestDatabase source) {
        this.source = source;
        this.slot = source.name() + "_reference";
    }

    /** Begins to record; dropped with the database. */
    static Reference of(TestDatabase source) {
        Reference reference = new Reference(source);
        source.execute("select pg_create_logical_replication_slot('" + reference.slot + "', 'test_decoding')");
        return reference;
    }

    /** Everything so far, in commit order. */
    List<Line> lines() {
        List<Line> open = new ArrayList<>();
        String query = "select lsn::text, data from pg_logical_slot_get_changes('" + slot
                + "', null, null, 'skip-empty-xacts', '1', 'include-xids', '0')";
        try (Connection connection = source.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                long lsn = Mirror.lsn(rows.getString(1));
                String data = rows.getString(2);
                if (data.equals("COMMIT")) {
                    open.forEach(line -> lines.add(new Line(line.lsn, lsn, line.change)));
                    open.clear();
                } else {
                    changes(data).forEach(change -> open.add(new Line(lsn, 0, change)));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the reference slot cannot be read", e);
        }
        return List.copyOf(lines);
    }

    private static List<String> changes(String data) {
        Matcher matcher = CHANGE.matcher(data);
        if (!matcher.matches()) {
            return List.of();
        }
        String table = matcher.group(1).replace("public.", "");
        if (!MirrorMain.TABLES.containsAll(List.of(table.split(", ")))) {
            return List.of();
        }
        String row = matcher.group(3);
        return switch (matcher.group(2)) {
            case "INSERT" -> List.of("CREATE " + table + " " + id(row) + " " + number(row));
            case "DELETE" -> List.of("DELETE " + table + " " + id(row));
            case "TRUNCATE" ->
                List.of(table.split(", ")).stream()
                        .map(name -> "TRUNCATE " + name)
                        .toList();
            default -> update(table, row);
        };
    }

    private static List<String> update(String table, String row) {
        if (!row.startsWith("old-key: ")) {
            return List.of("UPDATE " + table + " " + id(row) + " " + number(row));
        }
        String after = row.substring(row.indexOf(" new-tuple: "));
        return List.of("DELETE " + table + " " + id(row), "CREATE " + table + " " + id(after) + " " + number(after));
    }

    private static String id(String row) {
        return find(ID, row);
    }

    private static String number(String row) {
        return find(NUMBER, row);
    }

    private static String find(Pattern pattern, String row) {
        Matcher matcher = pattern.matcher(row);
        if (!matcher.find()) {
            throw new IllegalArgumentException("not as expected: " + row);
        }
        return matcher.group(1);
    }

    /** The log of a shard is what the source committed since the pipeline began: nothing lost, doubled or out of order. */
    void assertAppliedExactly(Mirror mirror, String shard) {
        long began = Long.parseUnsignedLong(
                mirror.readModel()
                        .queryString("select split_part(position, '/', 1) from cdc_slot where shard = '" + shard + "'"),
                16);
        List<String> expected = committed(commit -> commit > began);
        List<String> applied = mirror
                .readModel()
                .queryStrings(
                        "select concat_ws(' ', op, tab, id, n) from applied where shard = '" + shard + "' order by seq")
                .stream()
                .map(String::valueOf)
                .toList();
        int same = 0;
        while (same < Math.min(expected.size(), applied.size())
                && expected.get(same).equals(applied.get(same))) {
            same++;
        }
        assertThat(applied.subList(same, Math.min(same + 5, applied.size())))
                .as(shard + ": applied after the first " + same + " changes that are right; " + applied.size()
                        + " applied in all, " + expected.size() + " committed")
                .isEqualTo(expected.subList(same, Math.min(same + 5, expected.size())));
    }

    private List<String> committed(LongPredicate commits) {
        return lines().stream()
                .filter(line -> commits.test(line.commit))
                .map(Line::change)
                .toList();
    }
}
