package dev.cdcpipeline.preflight;

import dev.cdcpipeline.failure.ShardStartException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A shard may not run, because of what was found at its source. The message names the shard, every finding and its remedy;
 * nothing was applied beyond it.
 */
public final class PreflightException extends ShardStartException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    public PreflightException(String shard, List<Finding> findings) {
        this(shard, findings, null);
    }

    public PreflightException(String shard, List<Finding> findings, @Nullable Throwable cause) {
        super(shard, findings.stream().map(Finding::text).collect(Collectors.joining("; ")), cause);
        this.findings = List.copyOf(findings);
    }

    /** What was found; at least one. */
    public List<Finding> findings() {
        return findings;
    }

    /** The worst of what was found. */
    public Severity severity() {
        return findings.stream().map(Finding::severity).reduce(Severity.WARNING, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
}
