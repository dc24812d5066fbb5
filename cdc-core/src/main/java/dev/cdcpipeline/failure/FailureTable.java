package dev.cdcpipeline.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every known failure means, in one place; docs/failures.md shows it. A failure is looked at with its causes, the outermost
 * first. Classifiers of the user are asked about all of them before the table is, and what nobody knows is {@link FailureKind#DATA}.
 * Immutable and thread-safe.
 */
public final class FailureTable {
    private static final Logger LOG = LoggerFactory.getLogger(FailureTable.class);
    private static final FailureTable STANDARD = new FailureTable(List.of());

    private final List<FailureClassifier> classifiers;

    private FailureTable(List<FailureClassifier> classifiers) {
        this.classifiers = List.copyOf(classifiers);
    }

    /** The table alone. */
    public static FailureTable standard() {
        return STANDARD;
    }

    /** Every row of the table, in the order in which it is documented. */
    public static List<FailureRule> rules() {
        return FailureRules.ALL;
    }

    /** The row of the table that fits a failure; empty if it is not known. What classifiers say is not asked for. */
    public static Optional<FailureRule> ruleOf(Throwable failure) {
        return FailureRules.find(FailureChain.of(failure));
    }

    /** The same, with someone who is asked before those that were given earlier. What it throws is logged, and no answer. */
    public FailureTable with(FailureClassifier classifier) {
        List<FailureClassifier> all = new ArrayList<>();
        all.add(classifier);
        all.addAll(classifiers);
        return new FailureTable(all);
    }

    /** What a failure means. */
    public FailureKind kindOf(Throwable failure) {
        List<Throwable> chain = FailureChain.of(failure);
        for (Throwable each : chain) {
            for (FailureClassifier classifier : classifiers) {
                Optional<FailureKind> kind = ask(classifier, each);
                if (kind.isPresent()) {
                    return kind.get();
                }
            }
        }
        return FailureRules.find(chain).map(FailureRule::kind).orElse(FailureKind.DATA);
    }

    private static Optional<FailureKind> ask(FailureClassifier classifier, Throwable failure) {
        try {
            return classifier.kindOf(failure);
        } catch (RuntimeException e) {
            LOG.warn(
                    "a failure classifier failed at {}; the table is asked instead",
                    failure.getClass().getName(),
                    e);
            return Optional.empty();
        }
    }
}
