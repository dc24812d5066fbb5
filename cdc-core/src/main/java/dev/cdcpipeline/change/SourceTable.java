package dev.cdcpipeline.change;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A table of the source and the record that its rows are shown as. Each component of the record is a column: by its name in
 * snake case, or by {@link Column}. Columns without a component are ignored; a component without a column, or of a type that
 * does not fit, is an error when the pipeline starts, and a {@code SchemaDrift} when the table becomes so while it runs.
 *
 * <p>What a component may be for which SQL type, {@link Row} says. Besides: {@code String} for every type, which is then carried
 * as PostgreSQL's text; {@code Instant} for timestamptz; {@code Duration} and {@code Period} for an interval that is one; an enum
 * for its labels; {@code List<X>} or {@code X[]} for an array, {@code List<List<X>>} for one of two dimensions; a record for a
 * composite type; a record, {@code Map}, {@code List} or Jackson's {@code JsonNode} for JSON; an {@code Optional} of these; and
 * whatever a {@link ColumnConverter} makes. Integers are widened, nothing is narrowed.
 *
 * <p>Instead of a record it may be any class with exactly one public constructor that has parameters, such as a Kotlin data
 * class. The parameters' names must be in the class file ({@code -parameters}, Kotlin {@code -java-parameters}) or in
 * {@code @ConstructorProperties}. Kotlin's default arguments are not used: null is null.
 *
 * <p>Immutable and thread-safe; meant to be a constant that several projections share. How a record is made from a row is
 * worked out once per layout of the table, with method handles.
 *
 * @param <T> the record
 */
public final class SourceTable<T> {
    private final TableName name;
    private final Class<T> type;
    private final @Nullable RecordMapping<T> mapping;
    private final boolean fullIdentity;
    private final boolean rereads;

    private SourceTable(TableName name, Class<T> type, @Nullable RecordMapping<T> mapping) {
        this(name, type, mapping, false, false);
    }

    private SourceTable(
            TableName name, Class<T> type, @Nullable RecordMapping<T> mapping, boolean fullIdentity, boolean rereads) {
        this.name = name;
        this.type = type;
        this.mapping = mapping;
        this.fullIdentity = fullIdentity;
        this.rereads = rereads;
    }

    /**
     * @param table as {@link TableName#parse} reads it: {@code schema.table} as PostgreSQL stores it, or quoted as in SQL; without
     *     a schema, {@code public}
     * @param type a record or a class with one public constructor
     * @throws IllegalArgumentException if {@code type} is neither, has no component, or names a column twice, or if two converters
     *     that are services make the same class
     */
    public static <T> SourceTable<T> of(String table, Class<T> type) {
        Objects.requireNonNull(type, "type");
        return of(TableName.parse(table), type);
    }

    /** The same for a name that is known in parts. */
    public static <T> SourceTable<T> of(TableName table, Class<T> type) {
        return new SourceTable<>(table, type, RecordMapping.of(table.toString(), type, Converters.found()));
    }

    /**
     * The same table with converters for components of their types. They win over those that were given before or are found as
     * services, and over what is built in.
     *
     * @throws IllegalArgumentException if two of them make the same class
     * @throws IllegalStateException if rows are shown as they are ({@link #isWhole()}), where nothing is converted
     */
    public SourceTable<T> with(ColumnConverter<?>... converters) {
        if (mapping == null) {
            throw new IllegalStateException(name + " shows its rows as they are, converters have nothing to convert");
        }
        return new SourceTable<>(name, type, mapping.with(converters), fullIdentity, rereads);
    }

    public TableName name() {
        return name;
    }

    /** The record that rows are shown as. */
    public Class<T> type() {
        return type;
    }

    /** The columns that the record shows, in the order of its components. */
    public List<RecordColumn> columns() {
        return mapping == null ? List.of() : mapping.columns();
    }

    /**
     * A table whose rows are shown as they are, with every column that they have: for tables that no record describes, whatever
     * becomes of their columns.
     *
     * @param table as {@link TableName#parse} reads it
     */
    public static SourceTable<Row> rows(String table) {
        return rows(TableName.parse(table));
    }

    /** The same for a name that is known in parts. */
    public static SourceTable<Row> rows(TableName table) {
        return new SourceTable<>(table, Row.class, null);
    }

    /** Whether rows are shown as they are, with every column; {@link #columns()} is empty then. */
    public boolean isWhole() {
        return mapping == null;
    }

    /**
     * The same table for a projection that needs every update whole: the pipeline starts only if the table has REPLICA IDENTITY
     * FULL, with which the source sends every value, also large ones that an update left alone. It costs the source WAL: each
     * update and delete logs the whole old row. Not demanded by default.
     */
    public SourceTable<T> requireFullIdentity() {
        return new SourceTable<>(name, type, mapping, true, rereads);
    }

    /** Whether the table must have REPLICA IDENTITY FULL. */
    public boolean requiresFullIdentity() {
        return fullIdentity;
    }

    /**
     * The same table for a projection that needs the large values that an update left alone, and that the source therefore did
     * not send ({@link Change#isUnchanged}). Before a batch is applied they are read at the source, by key. Off by default.
     *
     * <p>What is shown is the value as it is at the source <em>now</em>: never older than the change, perhaps newer, also from a
     * transaction that comes later in the stream. {@link Change#isReread} marks it. Row and column are found by their names: where
     * the row or the column is gone meanwhile, or either is of another type or key, the value stays unchanged in the old sense;
     * the delete of a row follows in the stream. Rows of a table without a key stay so, too.
     *
     * <p>It costs a connection to the source, and there two short queries for each batch and table that has such rows, and for
     * each target that asks; the values of a batch are in memory together. While the source does not answer the batch waits, as
     * for a target that is away, and nothing is skipped. A batch that is tried again reads again. Only projections that ask see
     * what was read; the others of the same target do not.
     */
    public SourceTable<T> rereadUnchanged() {
        return new SourceTable<>(name, type, mapping, fullIdentity, true);
    }

    /** Whether values that an update left alone are read again at the source. */
    public boolean rereadsUnchanged() {
        return rereads;
    }

    /**
     * A row as a record.
     *
     * @throws dev.cdcpipeline.failure.SchemaDrift if the row lacks a column of the record, or has one of a type that its component
     *     cannot take
     * @throws dev.cdcpipeline.failure.ConversionException if it has a value that its component cannot take
     */
    public T map(Row row) {
        return mapping == null ? type.cast(row) : mapping.map(row);
    }

    /** A change of this table, its rows shown as records. */
    public Change<T> typed(Change<Row> change) {
        return new TypedChange<>(this, rereads ? change : change.asSent());
    }

    @Override
    public String toString() {
        return name + " as " + type.getSimpleName();
    }
}
