package dev.cdcpipeline.projection.jdbc;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The statements that write to a view. Each takes one array per column as a parameter and unnests them side by side, as
 * {@code u(c0, c1, ...)} by the index in {@link SourceColumns}; {@code o0, o1, ...} are the columns of an older key.
 */
final class ViewSql {
    private final String view;
    private final List<ViewColumn> columns;
    private final int keySize;
    private final @Nullable String shardColumn;
    /** A shard's name has no character that would need a quote. */
    private final String shardLiteral;

    private ViewSql(
            String view, List<ViewColumn> columns, int keySize, @Nullable String shardColumn, String shardLiteral) {
        this.view = view;
        this.columns = columns;
        this.keySize = keySize;
        this.shardColumn = shardColumn;
        this.shardLiteral = shardLiteral;
    }

    /**
     * @param renames names in the view, where they are not the source's
     * @throws dev.cdcpipeline.failure.CdcException if the view does not have a column, or it cannot be written
     */
    static ViewSql of(
            ViewTable view,
            SourceColumns source,
            Map<String, String> renames,
            @Nullable String shardColumn,
            String shard) {
        List<ViewColumn> columns = new ArrayList<>();
        for (String name : source.names()) {
            columns.add(view.column(renames.getOrDefault(name, name)));
        }
        if (shardColumn != null) {
            view.column(shardColumn);
        }
        return new ViewSql(Sql.name(view.name()), columns, source.keySize(), shardColumn, "'" + shard + "'");
    }

    /** @throws dev.cdcpipeline.failure.CdcException if rows cannot be inserted, or not be found again by a key of the view */
    void check(ViewTable table) {
        List<String> key = new ArrayList<>();
        columns.subList(0, keySize).forEach(column -> key.add(column.name()));
        Set<String> written =
                columns.stream().map(ViewColumn::name).collect(Collectors.toCollection(LinkedHashSet::new));
        if (shardColumn != null) {
            key.add(shardColumn);
            written.add(shardColumn);
        }
        if (keySize > 0) {
            table.requireKey(key);
        }
        table.requireInsertable(written);
    }

    int keySize() {
        return keySize;
    }

    int size() {
        return columns.size();
    }

    /** A plain insert where there is no key. Parameters: every column. */
    String upsert() {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        List<String> updates = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String name = Sql.name(columns.get(i).name());
            names.add(name);
            values.add(value(i));
            if (i >= keySize) {
                updates.add(name + " = excluded." + name);
            }
        }
        List<String> key = new ArrayList<>(names.subList(0, keySize));
        if (shardColumn != null) {
            names.add(Sql.name(shardColumn));
            values.add(shardLiteral);
            key.add(Sql.name(shardColumn));
        }
        return "insert into " + view + " (" + String.join(", ", names) + ") overriding system value select "
                + String.join(", ", values) + " from "
                + latest()
                + (keySize == 0
                        ? ""
                        : " on conflict (" + String.join(", ", key) + ") do "
                                + (updates.isEmpty() ? "nothing" : "update set " + String.join(", ", updates)));
    }

    /**
     * All columns of rows, of those with the same key the last: keys are folded by their texts, and some types have several texts
     * for what they hold to be equal, such as numeric 1.0 and 1.00.
     */
    private String latest() {
        int[] all = IntStream.range(0, columns.size()).toArray();
        if (columns.subList(0, keySize).stream().allMatch(ViewColumn::exact)) {
            return unnest(all);
        }
        String names = IntStream.of(all).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        String key = IntStream.of(keyColumns())
                .mapToObj(i -> columns.get(i).value("r.c" + i))
                .collect(Collectors.joining(", "));
        return "(select distinct on (" + key + ") r.* from unnest(" + parameters(all) + ") with ordinality as r("
                + names + ", n) order by " + key + ", r.n desc) u";
    }

    /** Parameters: the key. */
    String delete() {
        if (keySize == 1 && columns.get(0).unnestable()) {
            ViewColumn key = columns.get(0);
            return "delete from " + view + " v where v." + Sql.name(key.name()) + " = any(" + key.parameter() + ")"
                    + andShard();
        }
        return "delete from " + view + " v using " + unnest(keyColumns()) + " where " + matchesKey("c") + andShard();
    }

    /** Sets known columns of rows that are there. Parameters: the key, the known columns beside it; null if there are none. */
    @Nullable
    String patch(BitSet unknown) {
        String updates = known(unknown).mapToObj(this::update).collect(Collectors.joining(", "));
        return updates.isEmpty()
                ? null
                : "update " + view + " v set " + updates + " from " + unnest(patchColumns(unknown)) + " where "
                        + matchesKey("c") + andShard();
    }

    /** Columns of {@link #patch}, in the order of its parameters. */
    int[] patchColumns(BitSet unknown) {
        return IntStream.concat(IntStream.range(0, keySize), known(unknown)).toArray();
    }

    /** Gives rows another key, and sets known columns. Parameters: the old key, then as {@link #patch}. */
    String move(BitSet unknown) {
        int[] parameters = patchColumns(unknown);
        String updates = IntStream.of(parameters).mapToObj(this::update).collect(Collectors.joining(", "));
        String arrays = IntStream.concat(IntStream.range(0, keySize), IntStream.of(parameters))
                .mapToObj(i -> columns.get(i).parameter())
                .collect(Collectors.joining(", "));
        String names = IntStream.range(0, keySize).mapToObj(i -> "o" + i).collect(Collectors.joining(", ")) + ", "
                + IntStream.of(parameters).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return "update " + view + " v set " + updates + " from unnest(" + arrays + ") as u(" + names + ") where "
                + matchesKey("o") + andShard();
    }

    /** Which keys are not in the view: their numbers, from 1. Parameters: the key. */
    String absent() {
        return absent("");
    }

    /** Which keys are not in the view as a row {@code v} that meets a condition, which begins with AND. */
    String absent(String andCondition) {
        String names = IntStream.range(0, keySize).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return "select u.n from unnest(" + parameters(keyColumns()) + ") with ordinality as u(" + names + ", n)"
                + " where not exists (select 1 from " + view + " v where " + matchesKey("c") + andShard() + andCondition
                + ")";
    }

    /**
     * The rows of the view that have one of the keys, as {@code k(row_key)}, to follow FROM. OFFSET keeps it a look-up per key:
     * for a few thousand keys the planner would rather read a view of a million rows. Parameters: the key.
     */
    String keysInView() {
        return unnest(keyColumns()) + " cross join lateral (select " + keyText() + " from " + view + " v where "
                + matchesKey("c") + andShard() + " offset 0) as k(row_key)";
    }

    /** The key of a row {@code v} of the view as one text. */
    String keyText() {
        return columns.subList(0, keySize).stream()
                .map(column -> "v." + Sql.name(column.name()))
                .collect(Collectors.joining(", ", "jsonb_build_array(", ")::text"));
    }

    /** The condition for a row {@code v} to be this shard's. */
    String shard() {
        return shard("v");
    }

    /** The same for a row of another name. */
    String shard(String row) {
        return shardColumn == null ? "true" : row + "." + Sql.name(shardColumn) + " = " + shardLiteral;
    }

    /** The columns that are written, the key's first, without the shard's. */
    List<ViewColumn> columns() {
        return columns;
    }

    /** The view's name. */
    String view() {
        return view;
    }

    private IntStream known(BitSet unknown) {
        return IntStream.range(keySize, columns.size()).filter(i -> !unknown.get(i));
    }

    private int[] keyColumns() {
        return IntStream.range(0, keySize).toArray();
    }

    private String update(int column) {
        return Sql.name(columns.get(column).name()) + " = " + value(column);
    }

    private String value(int column) {
        return columns.get(column).value("u.c" + column);
    }

    private String unnest(int[] indexes) {
        String names = IntStream.of(indexes).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return "unnest(" + parameters(indexes) + ") as u(" + names + ")";
    }

    private String parameters(int[] indexes) {
        return IntStream.of(indexes).mapToObj(i -> columns.get(i).parameter()).collect(Collectors.joining(", "));
    }

    private String matchesKey(String prefix) {
        return IntStream.range(0, keySize)
                .mapToObj(i -> "v." + Sql.name(columns.get(i).name()) + " = "
                        + columns.get(i).value("u." + prefix + i))
                .collect(Collectors.joining(" and "));
    }

    private String andShard() {
        return shardColumn == null ? "" : " and " + shard();
    }
}
