package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whole source transactions of a batch, and the offset behind them. Each part is an atomic write of its own, so that no single one
 * keeps Redis from others for long, and Redis runs one while the next is being made.
 *
 * @param changes in commit order
 * @param upTo where the target stands when they are applied
 */
record BatchPart(List<Change<Row>> changes, Offset upTo) {

    /**
     * The parts of a batch, without what was applied by an earlier try that was cut short. A batch that a load has to do with, or with
     * a TRUNCATE, stays one: what a load has read has no position by which it could be left out the next time.
     *
     * @param at where the target stands; null if it was never told. A batch that ends there repeats changes, and stays as it is
     * @param most how many changes a part has at least, unless it is the last; a transaction is never cut
     */
    static List<BatchPart> of(ChangeBatch batch, @Nullable Offset at, Offset upTo, int most) {
        if (at == null || upTo.position().compareTo(at.position()) <= 0) {
            return List.of(new BatchPart(batch.changes(), upTo));
        }
        List<Change<Row>> rest = batch.changes().stream()
                .filter(change -> change.operation() == Operation.READ
                        || change.position().compareTo(at.position()) > 0)
                .toList();
        if (rest.size() <= most || at.load() != upTo.load() || !rest.stream().allMatch(BatchPart::isOfOneRow)) {
            return List.of(new BatchPart(rest, upTo));
        }
        List<BatchPart> parts = new ArrayList<>();
        int from = 0;
        for (int i = 1; i < rest.size(); i++) {
            if (i - from >= most && transaction(rest, i) != transaction(rest, i - 1)) {
                Offset behind = new Offset(at.boundary(), rest.get(i - 1).position(), at.load());
                parts.add(new BatchPart(rest.subList(from, i), behind));
                from = i;
            }
        }
        parts.add(new BatchPart(rest.subList(from, rest.size()), upTo));
        return parts;
    }

    private static boolean isOfOneRow(Change<Row> change) {
        return change.operation() != Operation.READ && change.operation() != Operation.TRUNCATE;
    }

    private static long transaction(List<Change<Row>> changes, int index) {
        return changes.get(index).source().transactionId();
    }
}
