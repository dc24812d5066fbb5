package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.ValueType;
import dev.cdcpipeline.failure.ConversionException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A composite type as a row. Its fields may be altered while rows of its tables stream, of which the stream tells nothing: a
 * value with another number of fields makes it ask the source again.
 */
final class CompositeCodec implements TextCodec {
    /** Values written before the type was altered stay unreadable; asking for each of them would only take time. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PgType type;
    private final @Nullable PgTypes types;
    private final CompositeFields fields;
    private volatile CompositeFields altered;
    private volatile long askedAt;

    CompositeCodec(PgType type, @Nullable PgTypes types) {
        this.type = type;
        this.types = types;
        this.fields = CompositeFields.of(type, types);
        this.altered = fields;
        this.askedAt = System.nanoTime() - ASK_AGAIN_NANOS;
    }

    @Override
    public ValueType valueType() {
        Map<String, ValueType> byName = new LinkedHashMap<>();
        for (int i = 0; i < fields.count(); i++) {
            byName.put(fields.layout().columns().get(i), fields.codecs().get(i).valueType());
        }
        return ValueType.rowOf(byName);
    }

    @Override
    public Object value(String text) {
        List<@Nullable String> texts;
        try {
            texts = CompositeText.fields(text);
        } catch (IllegalArgumentException e) {
            throw Unreadable.as(type.label(), "Row");
        }
        return new CompositeRow(fieldsOf(texts), texts);
    }

    private CompositeFields fieldsOf(List<@Nullable String> texts) {
        if (altered.fit(texts)) {
            return altered;
        }
        if (fields.fit(texts)) {
            return fields;
        }
        if (types != null && System.nanoTime() - askedAt >= ASK_AGAIN_NANOS) {
            askedAt = System.nanoTime();
            altered = CompositeFields.of(types.reread(type.oid()), types);
            if (altered.fit(texts)) {
                return altered;
            }
        }
        throw new ConversionException("a value of composite type " + type.label() + " has another number of fields ("
                + texts.size() + ") than the type has now (" + altered.count()
                + "): it was altered in between, so that the value is right as text only");
    }
}
