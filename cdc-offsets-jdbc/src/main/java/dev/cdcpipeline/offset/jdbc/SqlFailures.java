package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.TransientFailure;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells which SQL failures pass by themselves, in one table, and puts them into words. A SQL state decides where the table
 * has it; otherwise the class of the exception does, and then an I/O failure as its cause. For targets in JDBC databases.
 */
public final class SqlFailures {
    /** A state, or a class of states by its first two characters. */
    private record Rule(String prefix, boolean passes, String advice) {}

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "08",
                    true,
                    "the connection is lost or cannot be made: check host and port, and that the server runs; once running, it"
                            + " is tried again"),
            new Rule(
                    "25006",
                    true,
                    "the server or the connection is read-only, as during a failover: name the primary"
                            + " (targetServerType=primary), and look at default_transaction_read_only; once running, it is"
                            + " tried again"),
            new Rule("25P03", true, "the transaction stood still for too long; once running, it is tried again"),
            new Rule("25P04", true, "the transaction took too long; once running, it is tried again"),
            new Rule("40001", true, "serialization failure; once running, it is tried again"),
            new Rule(
                    "40003",
                    true,
                    "whether it was committed is unknown; once running, it is found out and tried again"),
            new Rule("40P01", true, "deadlock; once running, it is tried again"),
            new Rule("53", true, "the server has no connection, memory or disk left; once running, it is tried again"),
            new Rule("55P03", true, "a lock was not available in time; once running, it is tried again"),
            new Rule("57014", true, "cancelled, or longer than the statement timeout; once running, it is tried again"),
            new Rule("57P01", true, "the server ended the session; once running, it is tried again"),
            new Rule("57P02", true, "the server crashed; once running, it is tried again"),
            new Rule("57P03", true, "the server is starting or stopping; once running, it is tried again"),
            new Rule("57P05", true, "the session was idle for too long; once running, it is tried again"),
            new Rule("58030", true, "I/O error on the server; once running, it is tried again"),
            new Rule("22", false, "a value does not fit its column; compare the types of source and target"),
            new Rule("23502", false, "a column without a value is NOT NULL; map it, give it a default, or allow null"),
            new Rule(
                    "23505",
                    false,
                    "a unique constraint beside the key; make it DEFERRABLE INITIALLY DEFERRED or drop it"),
            new Rule("23503", false, "a foreign key; make it DEFERRABLE INITIALLY DEFERRED or drop it"),
            new Rule("28", false, "check user and password"),
            new Rule("3D000", false, "check the name of the database"),
            new Rule("42501", false, "grant the privilege to the user of the data source"),
            new Rule("42P01", false, "create the table, or check the search path of the user"),
            new Rule("42703", false, "add the column, or change the mapping"));

    private static final int MAX_CAUSES = 20;
    private static final Pattern SECRETS = Pattern.compile("(?i)(password|pwd)\\s*[=:]\\s*[^\\s&;,]+|(jdbc:[^\\s,]*)");

    private SqlFailures() {}

    /** Whether the same is expected to work later. */
    public static boolean isTransient(SQLException failure) {
        List<Throwable> chain = chain(failure);
        Rule rule = rule(chain);
        return rule != null ? rule.passes : chain.stream().anyMatch(SqlFailures::passesByClass);
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
        Rule rule = rule(chain(failure));
        String message = who + " " + what + ": " + blotOut(reason(failure)) + " (SQL state " + failure.getSQLState()
                + ")" + (rule == null ? "" : "; " + rule.advice);
        Throwable cause = withoutSecrets(failure);
        return isTransient(failure) ? new TransientFailure(message, cause) : new CdcException(message, cause);
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

    /** The message, and behind that of a pool the one of the database: what a pool says alone is that it waited in vain. */
    private static String reason(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        return failure.getCause() instanceof SQLException cause
                        && cause.getMessage() != null
                        && !message.contains(cause.getMessage())
                ? message + ", " + cause.getMessage()
                : message;
    }

    private static @Nullable Rule rule(List<Throwable> chain) {
        for (Throwable each : chain) {
            String state = each instanceof SQLException sql ? sql.getSQLState() : null;
            for (Rule rule : RULES) {
                if (state != null && state.startsWith(rule.prefix)) {
                    return rule;
                }
            }
        }
        return null;
    }

    private static boolean passesByClass(Throwable failure) {
        return failure instanceof SQLTransientException
                || failure instanceof SQLRecoverableException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof IOException
                || failure instanceof InterruptedException;
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

    /** The failure itself, or, if any message in it gives a secret away, a copy of its message and stack only. */
    private static Throwable withoutSecrets(SQLException failure) {
        boolean clean = chain(failure).stream()
                .map(each -> String.valueOf(each.getMessage()))
                .allMatch(message -> message.equals(blotOut(message)));
        if (clean) {
            return failure;
        }
        SQLException copy = new SQLException(
                blotOut(String.valueOf(failure.getMessage())), failure.getSQLState(), failure.getErrorCode());
        copy.setStackTrace(failure.getStackTrace());
        return copy;
    }
}
