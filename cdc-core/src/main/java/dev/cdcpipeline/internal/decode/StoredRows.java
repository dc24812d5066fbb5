package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowFactory;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.internal.shape.PgTypes;
import dev.cdcpipeline.internal.shape.TextCodec;
import dev.cdcpipeline.internal.shape.UnchangedValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of texts that were kept, as the decoder made them. The source is asked for a type by its name, when one of its values
 * is asked for as a Java value, and once; texts need no source.
 */
public final class StoredRows implements RowFactory {
    private final PgTypes types;
    private final Map<String, TextCodec> codecs = new ConcurrentHashMap<>();

    public StoredRows(PgTypes types) {
        this.types = types;
    }

    @Override
    public Row row(RowLayout layout, List<@Nullable String> texts, Set<Integer> unchanged) {
        @Nullable String[] values = texts.toArray(String[]::new);
        unchanged.forEach(index -> values[index] = UnchangedValue.TEXT);
        RowShape shape = new RowShape(layout, index -> codec(layout.sqlType(index)));
        return new DecodedRow(shape, values, !unchanged.isEmpty(), RowDecoder.BYTES_PER_ROW);
    }

    /** Nothing is kept of a question that failed. */
    private TextCodec codec(String sqlType) {
        TextCodec known = codecs.get(sqlType);
        if (known != null) {
            return known;
        }
        TextCodec codec = TextCodec.of(types.named(sqlType), types);
        codecs.put(sqlType, codec);
        return codec;
    }
}
