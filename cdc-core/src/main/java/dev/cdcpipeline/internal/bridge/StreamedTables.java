package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.shape.AlteredDuringLoadException;
import dev.cdcpipeline.internal.shape.ShapeColumn;
import dev.cdcpipeline.internal.shape.TableShape;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.relational.TableSchema;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of one stream as its Relation messages describe them, kept in step with what Debezium knows of them. A description
 * is of the moment at which the rows after it were written, whatever has become of the table since; Debezium's own reading of
 * the catalog is of now.
 */
final class StreamedTables {
    private static final Logger LOG = LoggerFactory.getLogger(StreamedTables.class);
    private static final byte IN_IDENTITY = 1;
    private static final byte FULL_IDENTITY = 'f';

    private final PostgresSchema schema;
    private final PostgresConnection catalog;
    private final EngineHandoff run;
    private final LoadedTypes loaded;
    private final Map<Integer, Relation> relations = new HashMap<>();
    /** What Debezium was last told by us of each table. */
    private final Map<TableName, TableSchema> told = new HashMap<>();

    /** To be made before a load of the run reads the first row. */
    StreamedTables(PostgresSchema schema, PostgresConnection catalog, EngineHandoff run) throws SQLException {
        this.schema = schema;
        this.catalog = catalog;
        this.run = run;
        this.loaded = LoadedTypes.read(catalog.connection(), run.scope().loading());
    }

    StreamedMessage message() {
        return run.streamedMessage();
    }

    /** Reads a Relation message, after its kind. */
    void describe(ByteBuffer message) throws SQLException {
        int oid = message.getInt();
        TableName streamed = new TableName(PgoutputText.name(message), PgoutputText.name(message));
        boolean full = message.get() == FULL_IDENTITY;
        TableName table = run.scope().relations().rootOf(oid, streamed).orElse(null);
        if (table == null) {
            relations.remove(oid);
            return;
        }
        Set<String> keyOfFull = full ? primaryKey(table) : Set.of();
        List<ShapeColumn> columns = new ArrayList<>();
        List<Boolean> carried = new ArrayList<>();
        int count = message.getShort();
        for (int i = 0; i < count; i++) {
            boolean inIdentity = (message.get() & IN_IDENTITY) != 0;
            String name = PgoutputText.name(message);
            boolean inKey = full ? keyOfFull.contains(name) : inIdentity;
            ShapeColumn column = new ShapeColumn(name, message.getInt(), message.getInt(), inKey);
            boolean wanted = inKey || run.scope().captured().wants(table, name);
            carried.add(wanted);
            if (wanted) {
                boolean twin = columns.stream().anyMatch(other -> other.name().equalsIgnoreCase(name));
                columns.add(twin ? column.apart(i) : column);
            }
        }
        Relation relation = Relation.of(new TableShape(table, columns, full), carried, !table.equals(streamed));
        if (!relation.equals(relations.put(oid, relation))) {
            tell(oid, relation);
        }
    }

    /** The primary key of a table that logs whole rows is not in the stream. It is asked of the catalog, as it is now. */
    private Set<String> primaryKey(TableName table) throws SQLException {
        List<String> names = catalog.readPrimaryKeyNames(
                catalog.connection().getMetaData(),
                new io.debezium.relational.TableId(null, table.schema(), table.name()));
        return names == null ? Set.of() : new HashSet<>(names);
    }

    /** The table that a row belongs to, which Debezium then knows as the row was written; null for one that is not captured. */
    @Nullable
    Relation of(int oid) {
        Relation relation = relations.get(oid);
        if (relation == null) {
            return null;
        }
        TableSchema current = schema.schemaFor(relation.id());
        if (current != told.get(relation.shape().table())) {
            tell(oid, relation);
        }
        return relation;
    }

    private boolean fits(Relation relation, TableSchema current) {
        return relation.fits(current) && loaded.fit(relation.shape());
    }

    /** Where Debezium knows the table already as its rows are, from the catalog or for a load, that stays. */
    private void tell(int oid, Relation relation) {
        TableName table = relation.shape().table();
        TableSchema current = schema.schemaFor(relation.id());
        if (current != null && fits(relation, current)) {
            remember(relation, current);
        } else if (current != null && run.scope().loading().contains(table)) {
            throw new AlteredDuringLoadException(table);
        } else {
            schema.applySchemaChangesForTable(oid, relation.toDebezium(current));
            remember(relation, schema.schemaFor(relation.id()));
        }
    }

    /**
     * The tables that a TRUNCATE message empties. One that comes under the name of a partition says so only of that partition, and
     * a table may have others.
     */
    List<Relation> truncated(List<Integer> oids) {
        Map<TableName, Relation> truncated = new LinkedHashMap<>();
        for (int oid : oids) {
            Relation relation = of(oid);
            if (relation == null) {
                continue;
            }
            TableName table = relation.shape().table();
            if (!relation.partition() || run.scope().relations().isWhole(table, oids)) {
                truncated.put(table, relation);
            } else {
                LOG.warn(
                        "a partition of {} was truncated, which cannot be told of its view; its rows stay there until a"
                                + " backfill of the table brings it right",
                        table);
            }
        }
        return List.copyOf(truncated.values());
    }

    private void remember(Relation relation, TableSchema current) {
        told.put(relation.shape().table(), current);
        run.shapes().put(current.valueSchema(), relation.shape());
    }
}
