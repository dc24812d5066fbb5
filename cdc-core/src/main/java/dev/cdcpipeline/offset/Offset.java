package dev.cdcpipeline.offset;

import dev.cdcpipeline.change.Position;
import java.util.Objects;

/**
 * How far a target has come in one shard.
 *
 * @param boundary where the shard's engine may be started again without losing anything: the end of a source transaction,
 *     in the decoder's own text form, opaque. Never an offset that Debezium made
 * @param position the last change that is applied; what is at or before it is skipped when it comes again. At the boundary,
 *     or behind it inside a transaction that is applied in pieces
 * @param load which tables are loaded
 */
public record Offset(String boundary, Position position, LoadState load) {

    public Offset {
        Objects.requireNonNull(boundary, "boundary");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(load, "load");
    }

    /** The same place with another load state. */
    public Offset withLoad(LoadState newLoad) {
        return new Offset(boundary, position, newLoad);
    }
}
