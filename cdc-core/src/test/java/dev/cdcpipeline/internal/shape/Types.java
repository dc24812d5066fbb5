package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.internal.shape.PgType.Kind;
import java.util.Arrays;
import java.util.List;

/** Types as a catalog would tell them. */
final class Types {
    private static int lastOid = 100_000;

    private Types() {}

    static PgType builtIn(String name) {
        return new PgType(++lastOid, "pg_catalog", name, Kind.BASE, null, List.of(), name.equals("box") ? ';' : ',');
    }

    static PgType own(String name, Kind kind) {
        return new PgType(++lastOid, "shop", name, kind, null, List.of(), ',');
    }

    static PgType arrayOf(PgType element) {
        return new PgType(++lastOid, element.schema(), "_" + element.name(), Kind.ARRAY, element, List.of(), ',');
    }

    static PgType domainOver(PgType base) {
        return new PgType(++lastOid, "shop", "dom", Kind.DOMAIN, base, List.of(), base.delimiter());
    }

    /** With fields {@code f0}, {@code f1} and so on. */
    static PgType composite(PgType... fields) {
        return composite(++lastOid, fields);
    }

    static PgType composite(int oid, PgType... fields) {
        List<PgType.Field> named = Arrays.stream(fields)
                .map(type -> new PgType.Field("f" + Arrays.asList(fields).indexOf(type), type, type.name()))
                .toList();
        return new PgType(oid, "shop", "address", Kind.COMPOSITE, null, named, ',');
    }

    static Object value(PgType type, String text) {
        return TextCodec.of(type).value(text);
    }

    static Object value(String builtIn, String text) {
        return value(builtIn(builtIn), text);
    }
}
