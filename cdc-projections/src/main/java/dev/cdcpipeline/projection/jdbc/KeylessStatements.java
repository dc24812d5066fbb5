package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.CdcException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Updates and deletes one of the rows that are equal to another in every column. They go in order, those that share a statement in
 * one round trip. Of rows that are equal but for their texts (numeric 1.0 and 1.00) the one of the same text is taken.
 *
 * <p>What the source gave older rows in a column that was added later is not in the mirror: there they hold null. If no row is equal,
 * one is taken that is but for such nulls. Of these, all that the mirror knows is the same, so that any is as good.
 */
final class KeylessStatements {
    private static final int MAX_ROWS = 500;
    /** There are few, unless nulls stand in many combinations of columns. */
    private static final int MAX_STATEMENTS = 256;

    /** Which columns a statement sets, null for a delete, and which of the row before are null or unknown. */
    private record Form(@Nullable BitSet set, BitSet nulls, BitSet unknown) {}

    private record Entry(Change<Row> change, List<@Nullable String> values) {}

    private final String who;
    private final ViewSql view;
    /** The columns in which rows may hold null instead of their value. */
    private final BitSet added = new BitSet();

    private final Map<Form, String> statements = new HashMap<>();
    private final List<Entry> pending = new ArrayList<>();
    private @Nullable Form form;

    KeylessStatements(String who, ViewSql view, Set<String> addedColumns) {
        this.who = who;
        this.view = view;
        for (int i = 0; i < view.size(); i++) {
            added.set(i, addedColumns.contains(column(i).name()));
        }
    }

    void clear() {
        pending.clear();
        form = null;
    }

    void delete(Connection connection, Change<Row> change, ViewRow before) throws SQLException {
        add(connection, new Form(null, nulls(before), before.unknown()), change, matchValues(before));
    }

    void update(Connection connection, Change<Row> change, ViewRow before, ViewRow after) throws SQLException {
        BitSet set = new BitSet();
        set.set(0, view.size());
        set.andNot(after.unknown());
        if (set.isEmpty()) {
            return;
        }
        List<@Nullable String> values = new ArrayList<>();
        set.stream().forEach(column -> values.add(after.text(column)));
        values.addAll(matchValues(before));
        add(connection, new Form(set, nulls(before), before.unknown()), change, values);
    }

    private void add(Connection connection, Form next, Change<Row> change, List<@Nullable String> values)
            throws SQLException {
        if (!next.equals(form) || pending.size() >= MAX_ROWS) {
            flush(connection);
        }
        form = next;
        pending.add(new Entry(change, values));
    }

    private BitSet nulls(ViewRow row) {
        BitSet nulls = new BitSet();
        for (int i = 0; i < view.size(); i++) {
            nulls.set(i, row.text(i) == null);
        }
        return nulls;
    }

    /** Values for {@link #match} and then for {@link #order}. */
    private List<@Nullable String> matchValues(ViewRow row) {
        return IntStream.concat(
                        IntStream.range(0, view.size()),
                        IntStream.range(0, view.size()).filter(this::mayDifferInText))
                .mapToObj(row::text)
                .filter(text -> text != null)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Sends what is left. */
    void flush(Connection connection) throws SQLException {
        Form now = form;
        if (now == null) {
            return;
        }
        Interruption.check(who);
        if (statements.size() >= MAX_STATEMENTS) {
            statements.clear();
        }
        String sql = statements.computeIfAbsent(now, this::sql);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Entry entry : pending) {
                for (int i = 0; i < entry.values.size(); i++) {
                    statement.setString(i + 1, entry.values.get(i));
                }
                statement.addBatch();
            }
            int[] hit = statement.executeBatch();
            for (int i = 0; i < hit.length; i++) {
                if (hit[i] != 1) {
                    throw absent(pending.get(i).change);
                }
            }
        } finally {
            clear();
        }
    }

    private CdcException absent(Change<Row> change) {
        return new CdcException(who + ": the mirror has no row like the one that the source's " + change.operation()
                + " at " + change.position()
                + " is of; somebody else has changed the mirror, or columns were altered at the"
                + " source. Put the row back, or empty the mirror and load it as a new target");
    }

    private String sql(Form of) {
        String table = view.view();
        // Each partition of a mirror has a row at the same place.
        String one = " where (v.tableoid, v.ctid) = (select w.tableoid, w.ctid from " + table + " w where " + match(of)
                + order(of) + " limit 1)";
        if (of.set == null) {
            return "delete from " + table + " v" + one;
        }
        String updates = of.set.stream()
                .mapToObj(i -> Sql.name(column(i).name()) + " = " + parameter(i))
                .collect(Collectors.joining(", "));
        return "update " + table + " v set " + updates + one;
    }

    private String match(Form of) {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < view.size(); i++) {
            String name = "w." + Sql.name(column(i).name());
            if (of.unknown.get(i)) {
                continue;
            } else if (of.nulls.get(i)) {
                conditions.add(name + " is null");
            } else {
                String equal = column(i).equality()
                        ? name + " = " + parameter(i)
                        : name + "::text = " + parameter(i) + "::text";
                conditions.add(added.get(i) ? "(" + equal + " or " + name + " is null)" : equal);
            }
        }
        conditions.add(view.shard("w"));
        return String.join(" and ", conditions);
    }

    /** First the rows that are equal in the most columns, of these the ones with the most equal texts. */
    private String order(Form of) {
        String equal = added.stream()
                .filter(i -> !of.nulls.get(i))
                .mapToObj(i -> "(w." + Sql.name(column(i).name()) + " is not null)::int")
                .collect(Collectors.joining(" + "));
        String same = IntStream.range(0, view.size())
                .filter(i -> mayDifferInText(i) && !of.nulls.get(i))
                .mapToObj(i ->
                        "coalesce((w." + Sql.name(column(i).name()) + "::text = " + parameter(i) + "::text)::int, 0)")
                .collect(Collectors.joining(" + "));
        String by = Stream.of(equal, same)
                .filter(sum -> !sum.isEmpty())
                .map(sum -> sum + " desc")
                .collect(Collectors.joining(", "));
        return by.isEmpty() ? "" : " order by " + by;
    }

    private boolean mayDifferInText(int column) {
        return column(column).equality() && !column(column).exact();
    }

    private String parameter(int column) {
        return "?::" + column(column).type();
    }

    private ViewColumn column(int index) {
        return view.columns().get(index);
    }
}
