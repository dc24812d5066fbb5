package dev.cdcpipeline.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTableTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08001", "08003", "08006", "08007", "08P01", "08S01", "25006", "25P03", "25P04", "26000",
                        "40000",
                "40001", "40003", "40P01", "53000", "53100", "53200", "53300", "55P03", "57014", "57P01", "57P02",
                        "57P03",
                "57P05", "58000", "58030"
            })
    void these_states_pass_by_themselves(String state) {
        assertThat(kindOf(new SQLException("x", state))).isEqualTo(FailureKind.TRANSIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "0", "00000", "0A000", "21000", "22001", "22003", "22021", "22P02", "23502", "23503", "23505",
                "23514", "23P01", "25P02", "27000", "38000", "40002", "44000", "54000", "54001", "55000", "55006",
                "99999", "P0001", "XX000"
            })
    void of_these_states_the_change_is_the_trouble(String state) {
        assertThat(kindOf(new SQLException("x", state))).isEqualTo(FailureKind.DATA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "25001", "28000", "28P01", "2D000", "3D000", "3F000", "42501", "42601", "42703", "42804", "42883",
                "42P01", "42P10", "54011", "57P04", "58P01", "XX001", "XX002"
            })
    void with_these_states_no_change_would_work(String state) {
        assertThat(kindOf(new SQLException("x", state))).isEqualTo(FailureKind.FATAL);
    }

    static Stream<Throwable> passing() {
        SQLException batch = new BatchUpdateException("batch", null, 0, new int[0]);
        batch.setNextException(new SQLException("first", (String) null));
        batch.setNextException(new SQLException("deadlock", "40P01"));
        return Stream.of(
                new TransientFailure("x"),
                new CdcException("handler", new TransientFailure("x")),
                new TransientFailure("it is worth another try", new SQLException("x", "23505")),
                new SQLTransientConnectionException("Pool - Connection is not available, request timed out"),
                new SQLTimeoutException("x"),
                new SQLException("x", new SocketTimeoutException()),
                new SQLException("current transaction is aborted", "25P02", new SQLException("deadlock", "40P01")),
                batch,
                new ConnectException("refused"),
                new UnknownHostException("db"),
                new UncheckedIOException(new EOFException()),
                new ExecutionException(new TimeoutException()),
                new IllegalStateException(new InterruptedException()),
                new org.apache.kafka.common.errors.TimeoutException("x"),
                new org.apache.kafka.common.errors.DisconnectException("x"),
                new IllegalStateException(new org.apache.kafka.connect.errors.RetriableException("x")),
                new io.lettuce.core.RedisCommandTimeoutException("x"),
                new io.lettuce.core.RedisException("Connection closed"),
                new io.lettuce.core.RedisCommandExecutionException("OOM command not allowed"),
                new io.lettuce.core.RedisCommandExecutionException("LOADING"),
                new io.lettuce.core.RedisCommandExecutionException("ERR Script killed by user with SCRIPT KILL..."),
                new io.lettuce.core.RedisConnectionException("Unable to connect", new ConnectException("refused")),
                new io.lettuce.core.RedisConnectionException("Unable to connect", new IllegalStateException()));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void these_pass_by_themselves(Throwable failure) {
        assertThat(kindOf(failure)).isEqualTo(FailureKind.TRANSIENT);
    }

    static Stream<Throwable> ofData() {
        IllegalStateException closing = new IllegalStateException("the handler's own");
        closing.addSuppressed(new SQLException("while closing", "08006"));
        return Stream.of(
                new IllegalStateException("whatever"),
                new NullPointerException(),
                new RejectedChange("why"),
                new RejectedChange("why", new SQLException("deadlock", "40P01")),
                new CdcException("who", new RejectedChange("why", new IOException())),
                new ConversionException("x"),
                new SchemaDrift("x"),
                new CdcException("who", new SQLException("x", "23514")),
                new JsonParseException(null, "unexpected character"),
                new UncheckedIOException(new MalformedInputException(1)),
                new IOException("cannot write", new SQLException("x", "22001")),
                new org.apache.kafka.common.errors.RecordTooLargeException("x"),
                new io.lettuce.core.RedisCommandExecutionException("WRONGTYPE Operation against a key"),
                new io.lettuce.core.RedisCommandExecutionException("ERR syntax error"),
                closing);
    }

    @ParameterizedTest
    @MethodSource("ofData")
    void of_these_the_change_is_the_trouble(Throwable failure) {
        assertThat(kindOf(failure)).isEqualTo(FailureKind.DATA);
    }

    static Stream<Throwable> fatal() {
        return Stream.of(
                new SQLTransientConnectionException("Pool - timed out", "28P01"),
                new SQLTransientConnectionException(
                        "Pool - timed out", null, new SQLException("wrong password", "28P01")),
                new SQLSyntaxErrorException("x"),
                new FencedException("x"),
                new OffsetLostException("x"),
                new CdcException("who", new NoClassDefFoundError("x")),
                new OutOfMemoryError("x"),
                new org.apache.kafka.common.errors.TopicAuthorizationException("x"),
                new io.lettuce.core.RedisCommandExecutionException("NOPERM this user has no permissions"),
                new io.lettuce.core.RedisCommandExecutionException(
                        "ERR The user executing the script can't run this command or subcommand script: 1f"),
                new io.lettuce.core.RedisConnectionException(
                        "Unable to connect",
                        new io.lettuce.core.RedisCommandExecutionException("WRONGPASS invalid password")));
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void with_these_no_change_would_work(Throwable failure) {
        assertThat(kindOf(failure)).isEqualTo(FailureKind.FATAL);
    }

    @Test
    void a_classifier_is_asked_about_every_cause_before_the_table_is() {
        FailureTable table = FailureTable.standard().with(FailureTableTest::cancelledMeansData);

        assertThat(table.kindOf(new TransientFailure("who", new SQLException("cancelled", "57014"))))
                .isEqualTo(FailureKind.DATA);
        assertThat(table.kindOf(new TransientFailure("who", new SQLException("deadlock", "40P01"))))
                .isEqualTo(FailureKind.TRANSIENT);
    }

    @Test
    void a_classifier_is_asked_about_the_outermost_first_and_the_newest_classifier_is_asked_first() {
        List<String> asked = new ArrayList<>();
        FailureTable table = FailureTable.standard()
                .with(failure -> {
                    asked.add("older " + failure.getMessage());
                    return Optional.empty();
                })
                .with(failure -> {
                    asked.add("newer " + failure.getMessage());
                    return Optional.empty();
                });
        table.kindOf(new IllegalStateException("a", new IllegalStateException("b")));

        assertThat(asked).containsExactly("newer a", "older a", "newer b", "older b");
    }

    @Test
    void a_classifier_that_fails_gives_no_answer() {
        FailureTable table = FailureTable.standard().with(failure -> {
            throw new IllegalArgumentException();
        });

        assertThat(table.kindOf(new SQLException("x", "40P01"))).isEqualTo(FailureKind.TRANSIENT);
    }

    @Test
    void causes_in_a_ring_end() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("two", one));

        assertThat(kindOf(one)).isEqualTo(FailureKind.DATA);
    }

    private static Optional<FailureKind> cancelledMeansData(Throwable failure) {
        return failure instanceof SQLException sql && "57014".equals(sql.getSQLState())
                ? Optional.of(FailureKind.DATA)
                : Optional.empty();
    }

    private static FailureKind kindOf(Throwable failure) {
        return FailureTable.standard().kindOf(failure);
    }
}
