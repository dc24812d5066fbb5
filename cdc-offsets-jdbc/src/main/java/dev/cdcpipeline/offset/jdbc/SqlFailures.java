package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureRule;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.TransientFailure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts SQL failures into words, with what {@link FailureTable} knows of them. For targets in JDBC databases.
 */
public final class SqlFailures {
    private static final int MAX_CAUSES = 20;
    private static final Pattern SECRETS = Pattern.compile("(?i)(password|pwd)\\s*[=:]\\s*[^\\s&;,]+|(jdbc:[^\\s,]*)");

    private SqlFailures() {}

    /** Whether the same is expected to work later. */
    public static boolean isTransient(SQLException failure) {
        return FailureTable.standard().kindOf(failure) == FailureKind.TRANSIENT;
    }

    /**
     * A failure in words: who, what, the server's own message and state, and what to do. Passwords and JDBC URLs are
     * blotted out, also in the causes.
     *
     * @param who for example {@code [db0] target 'read-model'}
     * @param what for example {@code cannot apply 12 changes}
     * @return a {@link TransientFailure} if it is expected to pass, else a plain {@link CdcException}
     */
    public static CdcException describe(String who, String what, SQLException failure) {
        return describe(who, what, failure, failure);
    }

    /**
     * The same for a failure in which code of others has wrapped the SQLException that it comes from, see {@link #find}. It stays
     * the cause, so that what it says of itself counts.
     */
    public static CdcException describe(String who, String what, SQLException reason, Throwable failure) {
        String advice = FailureTable.ruleOf(failure).map(SqlFailures::advice).orElse("");
        String message = who + " " + what + ": " + blotOut(own(failure) + reason(reason)) + " (SQL state "
                + reason.getSQLState() + ")" + advice;
        Throwable cause = isClean(failure) ? failure : withoutSecrets(reason);
        return FailureTable.standard().kindOf(failure) == FailureKind.TRANSIENT
                ? new TransientFailure(message, cause)
                : new CdcException(message, cause);
    }

    /** The SQLException that a failure comes from, if any: what Jdbi and others throw wraps one. */
    public static @Nullable SQLException find(Throwable failure) {
        for (Throwable each : chain(failure)) {
            if (each instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    private static String advice(FailureRule rule) {
        return "; " + rule.advice() + (rule.kind() == FailureKind.TRANSIENT ? "; once running, it is tried again" : "");
    }

    /** What somebody has said on purpose; other wrappers repeat the reason, together with values. */
    private static String own(Throwable failure) {
        return failure instanceof CdcException ? failure.getMessage() + ": " : "";
    }

    /** The message, and behind that of a pool the one of the database: what a pool says alone is that it waited in vain. */
    private static String reason(SQLException failure) {
        String message = firstLine(failure);
        String cause = failure.getCause() instanceof SQLException sql && sql.getMessage() != null ? firstLine(sql) : "";
        return message.contains(cause) ? message : message + ", " + cause;
    }

    /** Behind the first line PostgreSQL tells values of the row, which belong into no log. The stack trace has them. */
    private static String firstLine(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable each = failure; each != null && chain.size() < MAX_CAUSES; each = each.getCause()) {
            chain.add(each);
            if (each instanceof SQLException sql && sql.getNextException() != null) {
                chain.add(sql.getNextException());
            }
        }
        return chain;
    }

    private static String blotOut(String message) {
        return SECRETS.matcher(message)
                .replaceAll(match -> match.group(2) == null ? match.group(1) + "=***" : "jdbc:***");
    }

    private static boolean isClean(Throwable failure) {
        return chain(failure).stream()
                .map(each -> String.valueOf(each.getMessage()))
                .allMatch(message -> message.equals(blotOut(message)));
    }

    /** A copy of its message and stack only. */
    private static SQLException withoutSecrets(SQLException failure) {
        SQLException copy = new SQLException(
                blotOut(String.valueOf(failure.getMessage())), decisiveState(failure), failure.getErrorCode());
        copy.setStackTrace(failure.getStackTrace());
        return copy;
    }

    /** What the table went by, so that it says the same of a copy without causes. */
    private static @Nullable String decisiveState(SQLException failure) {
        return chain(failure).stream()
                .map(each -> each instanceof SQLException sql ? sql.getSQLState() : null)
                .filter(state -> state != null
                        && FailureTable.ruleOf(new SQLException("", state)).isPresent())
                .findFirst()
                .orElse(failure.getSQLState());
    }
}
