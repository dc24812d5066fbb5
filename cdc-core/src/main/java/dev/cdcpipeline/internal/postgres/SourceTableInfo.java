package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.ColumnDefinition;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.shape.ShapeColumn;
import dev.cdcpipeline.internal.shape.TableShape;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A source table as it really is.
 *
 * @param name its name
 * @param oid its number, another one if it was dropped and created again
 * @param columns its columns by name
 * @param key the columns by which its rows are known, in key order: of the primary key or of REPLICA IDENTITY USING INDEX; empty
 *     for none
 * @param replicaIdentity what the server logs of the old row: {@code d}efault, {@code i}ndex, {@code f}ull or {@code n}othing
 * @param partitioned whether it is the root of a partitioned table
 * @param selectable whether the user may read it
 * @param estimatedRows the server's estimate; -1 if it has none
 */
public record SourceTableInfo(
        TableName name,
        long oid,
        Map<String, SourceColumn> columns,
        List<String> key,
        String replicaIdentity,
        boolean partitioned,
        boolean selectable,
        long estimatedRows) {

    /** The same with these generated columns carried by changes. */
    SourceTableInfo streaming(Collection<String> generated) {
        Map<String, SourceColumn> all = new LinkedHashMap<>(columns);
        generated.forEach(column -> all.computeIfPresent(column, (name, known) -> known.streamedToo()));
        return new SourceTableInfo(name, oid, all, key, replicaIdentity, partitioned, selectable, estimatedRows);
    }

    /** Whether changes of it must carry generated columns, which a publication does only if it is told. */
    boolean streamsGenerated() {
        return columns.values().stream().anyMatch(column -> column.isGenerated() && column.streamed());
    }

    /** Whether its changes carry the whole row as it was. */
    public boolean hasFullIdentity() {
        return replicaIdentity.equals("f");
    }

    /** Its columns with the numbers of their types, in one text that tells one state of them from another. */
    String columnText() {
        return columns.values().stream()
                .map(column -> column.name() + " "
                        + Integer.toUnsignedLong(column.type().oid()) + " " + column.typeModifier())
                .collect(Collectors.joining(", "));
    }

    /** What targets are told of it. */
    public TableDefinition definition() {
        List<ColumnDefinition> definitions = columns.values().stream()
                .map(column -> new ColumnDefinition(
                        column.name(), column.sqlType(), column.nullable(), column.generated(), column.streamed()))
                .toList();
        boolean loadable = TableCheck.unreadableInChunks(this).isEmpty();
        return new TableDefinition(name, definitions, key, hasFullIdentity(), loadable);
    }

    /**
     * The shape of the rows that a load reads now.
     *
     * @param wanted which columns are read, by name
     */
    public TableShape shape(Predicate<String> wanted) {
        List<ShapeColumn> carried = columns.values().stream()
                .filter(column -> wanted.test(column.name()))
                .map(column -> new ShapeColumn(
                        column.name(), column.type().oid(), column.typeModifier(), key.contains(column.name())))
                .toList();
        return new TableShape(name, carried, hasFullIdentity());
    }
}
