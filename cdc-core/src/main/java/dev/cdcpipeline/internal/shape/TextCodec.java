package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * Makes of PostgreSQL's text the Java value that {@link dev.cdcpipeline.change.Row} promises for a SQL type. Reads what sessions
 * write that run with DateStyle ISO, IntervalStyle postgres and lc_monetary C. Any thread.
 */
public interface TextCodec {

    /**
     * @throws dev.cdcpipeline.failure.ConversionException if the value has no Java form; never tells it, it may be a secret
     */
    Object value(String text);

    /** What {@link #value} gives. */
    ValueType valueType();

    /** For a type that stays as it is. */
    static TextCodec of(PgType type) {
        return of(type, null);
    }

    /**
     * @param types asked again when a value shows that a composite type was altered; null for one that stays as it is
     */
    static TextCodec of(PgType type, @Nullable PgTypes types) {
        PgType base = type.base();
        PgType element = base.element();
        return switch (base.kind()) {
            case ARRAY -> element == null ? ScalarCodec.TEXT : new ArrayCodec(base, element, of(element, types));
            case COMPOSITE -> new CompositeCodec(base, types);
            case BASE -> ScalarCodec.of(base);
            case ENUM, DOMAIN, RANGE, MULTIRANGE, UNKNOWN -> ScalarCodec.TEXT;
        };
    }
}
