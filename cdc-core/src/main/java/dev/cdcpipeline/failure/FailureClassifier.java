package dev.cdcpipeline.failure;

import java.util.Optional;

/**
 * Says what a failure means, before {@link FailureTable} is asked. Called on the shard's thread; must not block.
 */
@FunctionalInterface
public interface FailureClassifier {

    /**
     * @param failure one of the chain of causes; called for each of them, the outermost first
     * @return empty to leave it to the table
     */
    Optional<FailureKind> kindOf(Throwable failure);
}
