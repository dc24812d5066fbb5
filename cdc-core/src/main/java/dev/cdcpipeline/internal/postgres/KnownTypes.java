package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.internal.postgres.TypeCatalog.FieldRow;
import dev.cdcpipeline.internal.postgres.TypeCatalog.TypeRow;
import dev.cdcpipeline.internal.shape.PgType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The types that were read already. Any thread may look; one at a time may read. */
final class KnownTypes {
    /** {@code FirstNormalObjectId}: what is below came with the server and is never altered. */
    private static final int FIRST_OF_USERS = 16384;

    private final Map<Integer, PgType> types = new ConcurrentHashMap<>();
    private final Map<Long, String> names = new ConcurrentHashMap<>();
    private Map<Integer, TypeRow> builtIn = Map.of();

    /** Null if it was not read yet. */
    @Nullable
    PgType type(int oid) {
        return types.get(oid);
    }

    /** Null if it was not read yet. */
    @Nullable
    String sqlName(int oid, int modifier) {
        return names.get(nameKey(oid, modifier));
    }

    PgType read(TypeCatalog catalog, int oid) throws SQLException {
        if (builtIn.isEmpty()) {
            builtIn = catalog.builtIn();
            for (TypeRow type : builtIn.values()) {
                names.put(nameKey(type.oid(), -1), type.sqlName());
                read(catalog, type.oid());
            }
        }
        PgType known = types.get(oid);
        if (known != null) {
            return known;
        }
        TypeRow row = builtIn.get(oid);
        Optional<TypeRow> found = row == null ? catalog.type(oid) : Optional.of(row);
        PgType type = found.isEmpty() ? PgType.unknown(oid) : resolve(catalog, found.get());
        types.put(oid, type);
        return type;
    }

    String readName(TypeCatalog catalog, int oid, int modifier) throws SQLException {
        String name = catalog.sqlName(oid, modifier);
        names.put(nameKey(oid, modifier), name);
        return name;
    }

    private PgType resolve(TypeCatalog catalog, TypeRow row) throws SQLException {
        PgType.Kind kind = row.pgKind();
        boolean over = kind == PgType.Kind.ARRAY || kind == PgType.Kind.DOMAIN;
        List<PgType.Field> fields = new ArrayList<>();
        if (kind == PgType.Kind.COMPOSITE) {
            for (FieldRow field : catalog.fields(row)) {
                fields.add(new PgType.Field(field.name(), read(catalog, field.type()), field.sqlType()));
            }
        }
        return new PgType(
                row.oid(),
                row.schema(),
                row.name(),
                kind,
                over ? read(catalog, row.element()) : null,
                fields,
                row.delimiter());
    }

    /** Forgets what users may have altered. */
    void forgetAlterable() {
        types.keySet().removeIf(KnownTypes::isOfUsers);
        names.keySet().removeIf(key -> isOfUsers((int) (key >> Integer.SIZE)));
    }

    private static boolean isOfUsers(int oid) {
        return Integer.compareUnsigned(oid, FIRST_OF_USERS) >= 0;
    }

    private static long nameKey(int oid, int modifier) {
        return (long) oid << Integer.SIZE | Integer.toUnsignedLong(modifier);
    }
}
