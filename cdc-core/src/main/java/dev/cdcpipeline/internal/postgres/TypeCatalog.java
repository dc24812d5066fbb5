package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.internal.shape.PgType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads types from the catalog. Names are formatted with an empty search_path, so that whatever is not PostgreSQL's own carries
 * its schema; the path is set for the one statement, because others use the connection too.
 */
final class TypeCatalog {
    static final String EMPTY_PATH = "with path as (select set_config('search_path', '', true)) ";

    /** A domain writes as its base type does, so that the function alone does not tell an array; neither does typelem. */
    private static final String TYPES = EMPTY_PATH + """
            select t.oid, n.nspname, t.typname,
                   case when t.typtype = 'b' and t.typoutput = 'pg_catalog.array_out'::regproc then 'a' else t.typtype::text end,
                   case when t.typtype = 'd' then t.typbasetype else t.typelem end, t.typdelim::text, t.typrelid,
                   format_type(t.oid, -1)
            from path cross join pg_type t join pg_namespace n on n.oid = t.typnamespace
            """;

    private static final String ONE = TYPES + "where t.oid = ?";
    /** But for the row types of its own tables. */
    private static final String BUILT_IN = TYPES + """
            left join pg_type e on e.oid = t.typelem
            where n.nspname = 'pg_catalog' and t.typtype in ('b', 'r', 'm') and e.typtype is distinct from 'c'
            """;

    private static final String FIELDS = EMPTY_PATH + """
            select a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod)
            from path cross join pg_attribute a
            where a.attrelid = ? and a.attnum > 0 and not a.attisdropped
            order by a.attnum
            """;
    private static final String NAME =
            EMPTY_PATH + "select format_type(t.oid, ?) from path cross join pg_type t where t.oid = ?";
    private static final String BUILT_IN_OID = EMPTY_PATH + "select to_regtype(?)::oid from path";
    private static final String OID = """
            select case when ? then t.typarray else t.oid end
            from pg_type t join pg_namespace n on n.oid = t.typnamespace
            where n.nspname = ? and t.typname = ?
            """;

    private final SourceConnection source;

    TypeCatalog(SourceConnection source) {
        this.source = source;
    }

    /**
     * A row of {@code pg_type}.
     *
     * @param element of an array its elements' type, of a domain the type it is over
     * @param relation of a composite type, which has its fields
     * @param sqlName as {@code CREATE TABLE} takes it, without length and precision
     */
    record TypeRow(
            int oid,
            String schema,
            String name,
            char kind,
            int element,
            char delimiter,
            long relation,
            String sqlName) {

        private static TypeRow read(ResultSet row) throws SQLException {
            return new TypeRow(
                    (int) row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4).charAt(0),
                    (int) row.getLong(5),
                    row.getString(6).charAt(0),
                    row.getLong(7),
                    row.getString(8));
        }

        PgType.Kind pgKind() {
            return switch (kind) {
                case 'a' -> PgType.Kind.ARRAY;
                case 'c' -> PgType.Kind.COMPOSITE;
                case 'd' -> PgType.Kind.DOMAIN;
                case 'e' -> PgType.Kind.ENUM;
                case 'm' -> PgType.Kind.MULTIRANGE;
                case 'r' -> PgType.Kind.RANGE;
                default -> PgType.Kind.BASE;
            };
        }
    }

    /** A field of a composite type. */
    record FieldRow(String name, int type, String sqlType) {}

    /** What PostgreSQL brings, by number. */
    Map<Integer, TypeRow> builtIn() throws SQLException {
        Map<Integer, TypeRow> types = new HashMap<>();
        source.query(BUILT_IN, TypeRow::read).forEach(type -> types.put(type.oid(), type));
        return types;
    }

    /** Empty if it has been dropped. */
    Optional<TypeRow> type(int oid) throws SQLException {
        return source.queryOne(ONE, TypeRow::read, Integer.toUnsignedLong(oid));
    }

    /** The fields of a composite type in order. */
    List<FieldRow> fields(TypeRow composite) throws SQLException {
        return source.query(
                FIELDS,
                row -> new FieldRow(row.getString(1), (int) row.getLong(2), row.getString(3)),
                composite.relation());
    }

    /** Empty text if it has been dropped. */
    String sqlName(int oid, int modifier) throws SQLException {
        return source.queryOne(NAME, row -> row.getString(1), modifier, Integer.toUnsignedLong(oid))
                .orElse("");
    }

    /** The number of a type by the name that {@link #sqlName} gives; 0 if there is none. */
    int oid(TypeName type) throws SQLException {
        return type.schema().isEmpty()
                ? source.queryOne(BUILT_IN_OID, row -> (int) row.getLong(1), type.name())
                        .orElse(0)
                : source.queryOne(OID, row -> (int) row.getLong(1), type.array(), type.schema(), type.name())
                        .orElse(0);
    }
}
