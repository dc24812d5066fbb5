package dev.cdcpipeline.failure;

import dev.cdcpipeline.failure.FailureRule.By;
import java.util.List;

/** What SQL states mean: PostgreSQL's, and those of its driver. */
final class SqlRules {
    static final List<FailureRule> ALL = List.of(
            passes("08", "the connection is lost or cannot be made: check host and port, and that the server runs"),
            data(
                    "0A000",
                    "the server cannot do this; if it says that a cached plan has changed, the next try goes well"),
            data("21", "one row was expected, and there were several"),
            data("22", "a value does not fit its column; compare the types of source and target"),
            data("23", "a constraint of the target; look at it, or mend the row"),
            data("23502", "a column without a value is NOT NULL; map it, give it a default, or allow null"),
            data("23503", "a foreign key; make it DEFERRABLE INITIALLY DEFERRED or drop it"),
            data("23505", "a unique constraint beside the key; make it DEFERRABLE INITIALLY DEFERRED or drop it"),
            data(
                    "23514",
                    "a check constraint, or no partition for the row; mend the constraint, the partitions or the row"),
            data("23P01", "an exclusion constraint; make it DEFERRABLE INITIALLY DEFERRED or drop it"),
            fatal("25001", "the statement cannot run in a transaction: keep it out of the projection"),
            passes(
                    "25006",
                    "the server or the connection is read-only, as during a failover: name the primary"
                            + " (targetServerType=primary), and look at default_transaction_read_only"),
            passes("25P03", "the transaction stood still for too long"),
            passes("25P04", "the transaction took too long"),
            passes(
                    "26000",
                    "a prepared statement is gone, as behind a connection pooler in transaction mode: set"
                            + " prepareThreshold=0 there"),
            data("27000", "a trigger has changed the row in between: mend the trigger"),
            fatal("28", "check user and password"),
            fatal("2D000", "commit and rollback are not a projection's: take them out"),
            fatal("3D000", "check the name of the database"),
            fatal("3F000", "check the name of the schema, or create it"),
            passes("40000", "the server rolled the transaction back"),
            passes("40001", "serialization failure"),
            data("40002", "a deferred constraint; look at it, or mend the row"),
            passes("40003", "whether it was committed is unknown, and found out"),
            passes("40P01", "deadlock"),
            fatal("42", "the statement does not fit the database: mend the statement, the mapping or the schema"),
            fatal("42501", "grant the privilege to the user of the data source"),
            fatal("42601", "the statement has a syntax error: mend it"),
            fatal("42703", "add the column, or change the mapping"),
            fatal("42883", "create the function or operator, or add a cast"),
            fatal("42P01", "create the table, or check the search path of the user"),
            passes(
                    "42P05",
                    "a prepared statement of this name is there, as behind a connection pooler in transaction mode: set"
                            + " prepareThreshold=0 there"),
            fatal("42P10", "create a unique index over the columns of ON CONFLICT"),
            data("44000", "the row would not be seen through the view that it is written to"),
            passes("53", "the server has no connection, memory or disk left"),
            data("54", "the row is too large for the server: for its page, its index, or a function"),
            fatal("54011", "too many columns: name fewer"),
            fatal("54023", "too many arguments: mend the statement"),
            data("55", "the object is not in the state that the statement needs"),
            passes("55P03", "a lock was not available in time"),
            passes("57", "an operator or the server intervened"),
            passes("57014", "cancelled, or longer than the statement timeout"),
            passes("57P01", "the server ended the session"),
            passes("57P02", "the server crashed"),
            passes("57P03", "the server is starting or stopping"),
            fatal("57P04", "the database was dropped"),
            passes("57P05", "the session was idle for too long"),
            passes("58", "the server has a trouble of its system"),
            passes("58030", "I/O error on the server"),
            fatal("58P01", "a file of the server is missing, such as the library of an extension"),
            data("HV", "a foreign table; look at its server"),
            passes("HV00N", "a foreign table's server cannot be reached"),
            data("P0", "a function or trigger of the target refused it"),
            data("XX000", "an internal error of the server; look at its log"),
            fatal("XX001", "data of the server are corrupted: look at its log and its disk"),
            fatal("XX002", "an index of the server is corrupted: REINDEX, and look at its disk"));

    private SqlRules() {}

    private static FailureRule passes(String state, String advice) {
        return new FailureRule(By.SQL_STATE, state, FailureKind.TRANSIENT, advice);
    }

    private static FailureRule data(String state, String advice) {
        return new FailureRule(By.SQL_STATE, state, FailureKind.DATA, advice);
    }

    private static FailureRule fatal(String state, String advice) {
        return new FailureRule(By.SQL_STATE, state, FailureKind.FATAL, advice);
    }
}
