package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.internal.shape.TextCodec;
import java.util.function.IntFunction;

/**
 * What rows have in common whose texts are of the same columns.
 *
 * @param layout columns and types
 * @param codecs makes a text of a column a value, by the layout's index; asked when a value is
 */
record RowShape(RowLayout layout, IntFunction<TextCodec> codecs) {

    TextCodec codec(int index) {
        return codecs.apply(index);
    }
}
