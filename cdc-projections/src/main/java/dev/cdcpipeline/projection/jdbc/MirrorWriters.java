package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.ColumnDefinition;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.SchemaDrift;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Fits a mirror's table to a shape of its source, and makes what writes rows of that shape. */
final class MirrorWriters {

    private record Written(MirrorShape shape, Set<String> added) {}

    private final String who;
    private final ProjectionContext context;
    private final TableName source;
    private final TableName mirror;
    private final @Nullable String shardColumn;
    private final SchemaEvolution evolution;
    private final boolean creates;
    private final MirrorTable ddl;
    private final OtherWriters others;
    private final Map<Written, ShardProjection> writers = new HashMap<>();
    private @Nullable MissingRows missing;
    private @Nullable ViewTable catalog;

    MirrorWriters(
            String who,
            ProjectionContext context,
            TableName source,
            TableName mirror,
            @Nullable String shardColumn,
            SchemaEvolution evolution,
            boolean creates) {
        this.who = who;
        this.context = context;
        this.source = source;
        this.mirror = mirror;
        this.shardColumn = shardColumn;
        this.evolution = evolution;
        this.creates = creates;
        this.ddl = new MirrorTable(who, mirror, shardColumn);
        this.others = new OtherWriters(context, mirror, shardColumn != null);
    }

    /** Looks at the table anew; what was made for it before does not count. */
    void reread(Connection connection) throws SQLException {
        writers.clear();
        catalog = ViewTable.read(connection, mirror, who);
        if (missing == null) {
            missing = MissingRows.open(connection, context, source, mirror);
        }
    }

    /** The columns of a shape that the mirror has or is going to have. */
    MirrorShape relevant(MirrorShape shape) {
        return evolution == SchemaEvolution.ADD_COLUMNS
                ? shape
                : shape.only(known().columns().keySet());
    }

    /**
     * Alters the table so that it takes rows of this shape.
     *
     * @param before the shape of the rows that it has taken until now; null if there are none
     * @throws SchemaDrift if it cannot, with the remedy
     */
    void fit(Connection connection, MirrorShape shape, @Nullable MirrorShape before) throws SQLException {
        boolean altered = false;
        for (Map.Entry<String, String> column : shape.columns().entrySet()) {
            String name = column.getKey();
            String type = column.getValue();
            ViewColumn found = known().columns().get(name);
            if (found == null) {
                ddl.addColumn(connection, name, type);
                altered = true;
            } else if (before != null && hasOtherType(name, type, before) && follows(found, type)) {
                boolean losable =
                        !shape.key().isEmpty() && context.context().shards().size() == 1;
                altered |= ddl.changeType(connection, name, type, losable);
            }
        }
        if (altered) {
            reread(connection);
        }
        if (!hasKeyFor(shape)) {
            requireOwnKey(shape);
            ddl.changeKey(connection, shape.key());
            reread(connection);
        }
        requireFitting(shape);
    }

    private static boolean hasOtherType(String column, String type, MirrorShape before) {
        return before.columns().containsKey(column)
                && !before.columns().get(column).equals(type);
    }

    private boolean follows(ViewColumn column, String type) {
        return creates
                && evolution == SchemaEvolution.ADD_COLUMNS
                && !column.generated()
                && !type.isEmpty() // dropped since: what the mirror has takes its texts
                && !column.declared().equals(type);
    }

    private boolean hasKeyFor(MirrorShape shape) {
        if (shape.key().isEmpty()) {
            return !creates || !known().hasPrimaryKey();
        }
        return known().hasKey(ddl.withShard(shape.key()));
    }

    private void requireOwnKey(MirrorShape shape) {
        String remedy = "alter table " + Sql.name(mirror) + " add primary key (" + Sql.names(ddl.withShard(shape.key()))
                + "), or a unique index, so that it goes on";
        Set<String> lacking = new LinkedHashSet<>(shape.key());
        lacking.removeAll(known().columns().keySet());
        if (!lacking.isEmpty()) {
            throw new SchemaDrift(who + ": the source's key " + shape.key() + " has columns that the mirror lacks: "
                    + lacking + "; add them, and then " + remedy);
        }
        if (!creates || context.context().shards().size() > 1) {
            throw new SchemaDrift(who + ": the source's key is " + shape.key()
                    + ", but the mirror has no primary key or unique index over exactly "
                    + ddl.withShard(shape.key()) + "; "
                    + (creates ? "several shards share it, which may not have the same key yet; " : "") + remedy);
        }
    }

    private void requireFitting(MirrorShape shape) {
        if (shardColumn != null && shape.columns().containsKey(shardColumn)) {
            throw new SchemaDrift(who + ": the source has a column '" + shardColumn
                    + "', the name of the shard column; give shardColumn(...) another name");
        }
        for (Map.Entry<String, String> column : shape.columns().entrySet()) {
            ViewColumn found = known().columns().get(column.getKey());
            if (found != null && !found.generated() && LossyTypes.isLossy(column.getValue(), found.declared())) {
                throw new SchemaDrift(who + ": column '" + source + "." + column.getKey() + "' is "
                        + column.getValue() + ", but the mirror's is " + found.declared()
                        + ", which would change values without an error; "
                        + alterType(column.getKey(), column.getValue()));
            }
        }
    }

    /** @throws SchemaDrift if the mirror would hold null where the source computes a value that no change brings */
    void requireGenerated(TableDefinition definition) {
        for (ColumnDefinition column : definition.columns()) {
            ViewColumn found = known().columns().get(column.name());
            if (found != null && !found.generated() && column.generated() != null && !column.streamed()) {
                throw new SchemaDrift(who + ": column '" + source + "." + column.name()
                        + "' is generated and not streamed, but the mirror's is not generated; drop it there, or make it"
                        + " generated always as (" + column.generated() + ") stored");
            }
        }
    }

    private String alterType(String column, String sqlType) {
        return "alter table " + Sql.name(mirror) + " alter column " + Sql.name(column) + " type " + sqlType;
    }

    /** Columns whose type at the source is another than in the mirror, with the statement that changes it. */
    Map<String, String> otherTypes(MirrorShape shape) {
        Map<String, String> other = new TreeMap<>();
        shape.columns().forEach((name, type) -> {
            ViewColumn column = known().columns().get(name);
            if (column != null && !type.isEmpty() && !column.declared().equals(type)) {
                other.put(name, alterType(name, type));
            }
        });
        return other;
    }

    /**
     * What writes rows of a shape that the table takes.
     *
     * @param added the columns that the source has got since some of the rows were written
     */
    ShardProjection writer(MirrorShape shape, Set<String> added) {
        return writers.computeIfAbsent(new Written(shape, added), this::make);
    }

    private ShardProjection make(Written written) {
        MirrorShape shape = written.shape;
        Set<String> names = new LinkedHashSet<>(shape.key());
        shape.columns().keySet().stream()
                .filter(name -> known().columns().containsKey(name)
                        && !known().columns().get(name).generated())
                .forEach(names::add);
        SourceColumns columns =
                SourceColumns.of(who, new ArrayList<>(names), shape.key().size());
        ViewSql sql = ViewSql.of(
                known(),
                columns,
                Map.of(),
                shardColumn,
                context.context().shard().name());
        sql.check(known());
        if (shape.key().isEmpty()) {
            return new KeylessWriter(who, columns, sql, others, written.added);
        }
        LoadedRows loaded = new LoadedRows(who, sql, context, source, mirror);
        return new ViewWriter(who, columns, sql, Objects.requireNonNull(missing), loaded, others);
    }

    private ViewTable known() {
        return Objects.requireNonNull(catalog, "reread() comes first");
    }
}
