package dev.cdcpipeline.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What every known failure means, in one place. Classifiers of the user come first; what nobody knows is {@link FailureKind#DATA}.
 * Immutable and thread-safe.
 */
public final class FailureTable {
    private static final int MAX_CAUSES = 20;
    private static final FailureTable STANDARD = new FailureTable(List.of());

    private final List<FailureClassifier> classifiers;

    private FailureTable(List<FailureClassifier> classifiers) {
        this.classifiers = List.copyOf(classifiers);
    }

    /** The table alone. */
    public static FailureTable standard() {
        return STANDARD;
    }

    /** The same, with someone who is asked before those that were given earlier. */
    public FailureTable with(FailureClassifier classifier) {
        List<FailureClassifier> all = new ArrayList<>();
        all.add(classifier);
        all.addAll(classifiers);
        return new FailureTable(all);
    }

    /** What a failure means. */
    public FailureKind kindOf(Throwable failure) {
        int depth = 0;
        for (Throwable each = failure; each != null && depth < MAX_CAUSES; each = each.getCause(), depth++) {
            for (FailureClassifier classifier : classifiers) {
                Optional<FailureKind> kind = classifier.kindOf(each);
                if (kind.isPresent()) {
                    return kind.get();
                }
            }
        }
        return failure instanceof TransientFailure ? FailureKind.TRANSIENT : FailureKind.DATA;
    }
}
