package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Position;
import org.jspecify.annotations.Nullable;

/**
 * Where an engine run begins.
 *
 * @param boundary the boundary, as stored
 * @param boundaryTransaction the number of the transaction that ended there
 * @param position of the target that is furthest behind; at the boundary or inside the transaction after it
 * @param load the load that is seeded or resumed; null for none
 * @param loadStep its step
 */
public record AssemblerStart(
        String boundary,
        long boundaryTransaction,
        Position position,
        @Nullable LoadMark load,
        long loadStep) {}
