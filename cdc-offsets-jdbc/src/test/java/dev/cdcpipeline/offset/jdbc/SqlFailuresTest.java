package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.RejectedChange;
import dev.cdcpipeline.failure.TransientFailure;
import java.io.EOFException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.SocketTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFailuresTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08001", "08006", "25006", "25P03", "40001", "40P01", "53100", "53300", "55P03", "57014", "57P01",
                "57P02", "57P03", "58030"
            })
    void expects_these_states_to_pass(String state) {
        assertThat(SqlFailures.isTransient(new SQLException("x", state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"22001", "22P02", "23502", "23505", "23503", "25P02", "28P01", "3D000", "42501", "42P01", "XX000"
            })
    void expects_these_states_to_stay(String state) {
        assertThat(SqlFailures.isTransient(new SQLException("x", state))).isFalse();
    }

    static Stream<SQLException> withoutState() {
        SQLException batch = new BatchUpdateException("batch", null, 0, new int[0]);
        batch.setNextException(new SQLException("deadlock", "40P01"));
        return Stream.of(
                new SQLTransientConnectionException("Pool - Connection is not available, request timed out"),
                new SQLRecoverableException("x"),
                new SQLNonTransientConnectionException("x"),
                new SQLTimeoutException("x"),
                new SQLException("x", new SocketTimeoutException()),
                new SQLException("x", new IllegalStateException(new EOFException())),
                new SQLException("interrupted during connection acquisition", new InterruptedException()),
                batch);
    }

    @ParameterizedTest
    @MethodSource("withoutState")
    void goes_by_class_and_cause_where_the_state_says_nothing(SQLException failure) {
        assertThat(SqlFailures.isTransient(failure)).isTrue();
        assertThat(SqlFailures.describe("[db0]", "cannot", failure)).isInstanceOf(TransientFailure.class);
    }

    @Test
    void believes_the_state_more_than_the_class() {
        SQLException wrongPassword = new SQLTransientConnectionException("Pool - timed out", "28P01");

        assertThat(SqlFailures.isTransient(wrongPassword)).isFalse();
        assertThat(SqlFailures.describe("[db0]", "cannot", wrongPassword))
                .hasMessageContaining("check user and password");
    }

    @Test
    void says_who_what_and_what_to_do() {
        CdcException described = SqlFailures.describe(
                "[db0] target 'read-model'", "cannot apply 12 changes", new SQLException("value too long", "22001"));

        assertThat(described)
                .isNotInstanceOf(TransientFailure.class)
                .hasMessage(
                        "[db0] target 'read-model' cannot apply 12 changes: value too long (SQL state 22001); a value does"
                                + " not fit its column; compare the types of source and target");
    }

    @Test
    void says_what_the_database_said_when_a_pool_only_says_that_it_waited() {
        SQLException pool = new SQLTransientConnectionException(
                "Pool - Connection is not available, request timed out after 250ms",
                "08001",
                new SQLException("Connection to db:5432 refused", "08001"));
        SQLException same = new SQLException("refused", "08001", new SQLException("refused", "08001"));

        assertThat(SqlFailures.describe("[db0]", "cannot", pool))
                .hasMessageStartingWith(
                        "[db0] cannot: Pool - Connection is not available, request timed out after 250ms,"
                                + " Connection to db:5432 refused (SQL state 08001); ");
        assertThat(SqlFailures.describe("[db0]", "cannot", same)).hasMessageStartingWith("[db0] cannot: refused (SQL");
    }

    @Test
    void gives_no_secret_away_not_even_in_a_cause() {
        SQLException failure = new SQLException(
                "No suitable driver found for jdbc:postgresql://u:s3cret@host/db?password=s3cret and Password: s3cret",
                "08001",
                new IllegalStateException("jdbc:x:s3cret"));
        StringWriter printed = new StringWriter();
        SqlFailures.describe("[db0]", "cannot", failure).printStackTrace(new PrintWriter(printed));

        assertThat(printed.toString()).doesNotContain("s3cret").contains("jdbc:***");
    }

    @Test
    void what_wraps_the_sql_failure_decides_and_stays_the_cause() {
        SQLException deadlock = new SQLException("deadlock", "40P01");
        RejectedChange rejected = new RejectedChange("no", deadlock);

        assertThat(SqlFailures.describe("[db0]", "failed", deadlock, rejected))
                .isNotInstanceOf(TransientFailure.class)
                .hasMessageStartingWith("[db0] failed: no: deadlock (SQL state 40P01)")
                .hasCause(rejected);
    }

    @Test
    void means_the_same_without_its_secrets() {
        SQLException pool = new SQLTransientConnectionException(
                "no connection to jdbc:postgresql://db", null, new SQLException("wrong password", "28P01"));

        assertThat(FailureTable.standard().kindOf(SqlFailures.describe("[db0]", "cannot", pool)))
                .isEqualTo(FailureKind.FATAL);
    }

    @Test
    void finds_the_sql_failure_within_another() {
        SQLException sql = new SQLException("x");

        assertThat((Throwable) SqlFailures.find(new IllegalStateException(new IllegalStateException(sql))))
                .isSameAs(sql);
        assertThat((Throwable) SqlFailures.find(new IllegalStateException())).isNull();
    }
}
