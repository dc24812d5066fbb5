package dev.cdcpipeline.internal.shape;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type of the source, from its catalog (PostgreSQL documentation, "pg_type").
 *
 * @param oid its number
 * @param schema where it is; {@code pg_catalog} for what PostgreSQL brings
 * @param name its name in {@code pg_type}: {@code int4}, {@code numeric}, {@code hstore}
 * @param kind what it is made of
 * @param element of an array its elements' type, of a domain the type it is over; null for any other
 * @param fields of a composite type its fields in order; empty for any other
 * @param delimiter what stands between the elements of an array of it: {@code ;} for box, {@code ,} for any other
 */
public record PgType(
        int oid,
        String schema,
        String name,
        Kind kind,
        @Nullable PgType element,
        List<Field> fields,
        char delimiter) {

    /** What a type is made of. */
    public enum Kind {
        BASE,
        ENUM,
        DOMAIN,
        ARRAY,
        COMPOSITE,
        RANGE,
        MULTIRANGE,
        /** Dropped since, so that the catalog cannot tell; its values are carried as text. */
        UNKNOWN
    }

    /**
     * A field of a composite type.
     *
     * @param name as PostgreSQL stores it
     * @param type its type
     * @param sqlType its type as {@code CREATE TYPE} takes it, with length and precision
     */
    public record Field(String name, PgType type, String sqlType) {}

    public PgType {
        fields = List.copyOf(fields);
    }

    /** A type that the catalog does not have any more. */
    public static PgType unknown(int oid) {
        return new PgType(oid, "", "", Kind.UNKNOWN, null, List.of(), ',');
    }

    /** Itself, or what the domain is over in the end. */
    public PgType base() {
        return kind == Kind.DOMAIN && element != null ? element.base() : this;
    }

    /** What messages call it: {@code timestamptz}, {@code int4[]}, {@code shop.order_state}. */
    public String label() {
        if (kind == Kind.ARRAY && element != null) {
            return element.label() + "[]";
        }
        return schema.isEmpty() || schema.equals("pg_catalog") ? name : schema + "." + name;
    }
}
