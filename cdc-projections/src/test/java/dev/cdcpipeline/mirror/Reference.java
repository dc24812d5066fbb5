package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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
    private long lastCommit;
    private int compared;
    private long lastApplied;

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
                    committed(lsn, open);
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

    /** After the server was killed, the slot tells again what it told since its last checkpoint. */
    private void committed(long commit, List<Line> transaction) {
        if (commit > lastCommit) {
            lastCommit = commit;
            transaction.forEach(line -> lines.add(new Line(line.lsn, commit, line.change)));
        }
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
        assertAppliedInOrder(mirror, shard);
        assertThat(lines.subList(compared, Math.min(compared + 5, lines.size())))
                .as("the first of " + (lines.size() - compared) + " changes of " + shard + " that were not applied")
                .isEmpty();
    }

    /**
     * What was applied since the last call is what the source committed next; it may lag behind. Also while both go on.
     *
     * @return how many changes were compared now
     */
    int assertAppliedInOrder(Mirror mirror, String shard) {
        List<String> applied = appliedSince(mirror.readModel(), shard);
        lines();
        skipUntil(began(mirror.readModel(), shard));
        for (int i = 0; i < applied.size(); i++, compared++) {
            String expected = compared < lines.size() ? lines.get(compared).change : "nothing";
            if (!applied.get(i).equals(expected)) {
                throw new AssertionError(shard + ": the log is wrong after "
                        + (i == 0 ? "what was compared before" : applied.get(i - 1)) + "\n  committed next: "
                        + next(lines.stream().map(Line::change).toList(), compared) + "\n  applied next:   "
                        + next(applied, i) + "\n  " + (applied.size() - i) + " applied and " + (lines.size() - compared)
                        + " committed from there on");
            }
        }
        return applied.size();
    }

    /** Forgets what was compared, so that a long campaign does not fill the memory and the read model. */
    void forgetCompared(Mirror mirror, String shard) {
        lines.subList(0, compared).clear();
        compared = 0;
        mirror.readModel().execute("delete from applied where shard = '" + shard + "' and seq <= " + lastApplied);
    }

    private List<String> appliedSince(TestDatabase readModel, String shard) {
        List<String> applied = new ArrayList<>();
        String query = "select seq, concat_ws(' ', op, tab, id, n) from applied where shard = '" + shard
                + "' and seq > " + lastApplied + " order by seq";
        try (Connection connection = readModel.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                lastApplied = rows.getLong(1);
                applied.add(rows.getString(2));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the log of " + shard + " cannot be read", e);
        }
        return applied;
    }

    private static long began(TestDatabase readModel, String shard) {
        return Long.parseUnsignedLong(
                readModel.queryString(
                        "select split_part(position, '/', 1) from cdc_slot where shard = '" + shard + "'"),
                16);
    }

    private void skipUntil(long began) {
        while (compared < lines.size() && lines.get(compared).commit <= began) {
            compared++;
        }
    }

    private static List<String> next(List<String> changes, int from) {
        return changes.subList(from, Math.min(from + 8, changes.size()));
    }
}
