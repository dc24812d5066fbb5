package dev.cdcpipeline.backfill;

import java.time.Instant;
import java.util.Optional;

/**
 * A backfill in one shard.
 *
 * @param request what was asked for
 * @param shard the shard's name
 * @param state how far it has come
 * @param note why, for people to read; may be empty
 * @param requestedAt when it was asked for, by the home database's clock
 * @param startedAt when the shard began it; empty if it has not
 * @param endedAt when it ended; empty if it has not
 */
public record Backfill(
        BackfillRequest request,
        String shard,
        BackfillState state,
        String note,
        Instant requestedAt,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt) {}
