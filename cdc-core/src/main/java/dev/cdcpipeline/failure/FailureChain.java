package dev.cdcpipeline.failure;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A failure with what it comes from, the outermost first: causes, and what JDBC has chained behind a batch. Suppressed ones are
 * left out: they tell what went wrong afterwards.
 */
final class FailureChain {
    private static final int LONGEST = 50;

    private FailureChain() {}

    static List<Throwable> of(Throwable failure) {
        List<Throwable> links = new ArrayList<>();
        collect(failure, links, Collections.newSetFromMap(new IdentityHashMap<>()));
        return links;
    }

    private static void collect(@Nullable Throwable failure, List<Throwable> links, Set<Throwable> seen) {
        if (failure == null || links.size() == LONGEST || !seen.add(failure)) {
            return;
        }
        links.add(failure);
        if (failure instanceof SQLException sql) {
            collect(sql.getNextException(), links, seen);
        }
        collect(failure.getCause(), links, seen);
    }
}
