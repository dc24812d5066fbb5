package dev.cdcpipeline.failure;

import static dev.cdcpipeline.failure.FailureKind.DATA;
import static dev.cdcpipeline.failure.FailureKind.FATAL;
import static dev.cdcpipeline.failure.FailureKind.TRANSIENT;

import dev.cdcpipeline.failure.FailureRule.By;
import java.util.List;

/** What classes of exceptions mean. Those of libraries are named, so that nobody needs the library. */
final class ClassRules {
    private static final String OURS = "dev.cdcpipeline.failure.";
    private static final String KAFKA = "org.apache.kafka.common.errors.";
    private static final String LETTUCE = "io.lettuce.core.";

    private static final List<FailureRule> CERTAIN = List.of(
            certain(OURS + "TransientFailure", TRANSIENT, "it is expected to pass"),
            certain(OURS + "RejectedChange", DATA, "a projection will not have the change"),
            certain(OURS + "ConversionException", DATA, "a value cannot be shown as what was asked for"),
            certain(OURS + "SchemaDrift", DATA, "the source table is not what the projection reads: change the record"),
            certain(OURS + "FencedException", FATAL, "another instance runs the shard"),
            certain(
                    OURS + "OffsetLostException",
                    FATAL,
                    "the target has lost data; the shard goes on from what it has"),
            certain("org.apache.kafka.connect.errors.RetriableException", TRANSIENT, "it asks for another try"),
            certain(KAFKA + "RetriableException", TRANSIENT, "the broker cannot do it now"),
            certain(KAFKA + "TransactionAbortableException", TRANSIENT, "the transaction must be begun anew"),
            certain(KAFKA + "InterruptException", TRANSIENT, "the shard is being stopped"),
            certain(KAFKA + "AuthenticationException", FATAL, "check user and password of the broker"),
            certain(KAFKA + "AuthorizationException", FATAL, "grant the operation to the user at the broker"),
            certain(KAFKA + "UnsupportedVersionException", FATAL, "the broker is too old for this"),
            certain(LETTUCE + "RedisCommandTimeoutException", TRANSIENT, "the server did not answer in time"),
            certain(LETTUCE + "RedisCommandInterruptedException", TRANSIENT, "the shard is being stopped"),
            certain(LETTUCE + "RedisLoadingException", TRANSIENT, "the server is starting"),
            certain(LETTUCE + "RedisBusyException", TRANSIENT, "a script keeps the server busy"),
            certain(LETTUCE + "RedisReadOnlyException", TRANSIENT, "the server is a replica, as during a failover"),
            certain(LETTUCE + "RedisCommandExecutionException", DATA, "the server refused the command"),
            certain("io.netty.handler.codec.CodecException", DATA, "a value that cannot be sent"));

    private static final List<FailureRule> GENERAL = List.of(
            general("java.sql.SQLTransientException", TRANSIENT, "the driver or the pool says that it passes"),
            general("java.sql.SQLRecoverableException", TRANSIENT, "the driver says that another connection will do"),
            general("java.sql.SQLNonTransientConnectionException", TRANSIENT, "the connection is lost"),
            general("java.sql.SQLInvalidAuthorizationSpecException", FATAL, "check user and password"),
            general("java.sql.SQLSyntaxErrorException", FATAL, "the statement does not fit the database: mend it"),
            general("java.io.IOException", TRANSIENT, "something outside cannot be reached"),
            general("java.io.FileNotFoundException", DATA, "a file is missing"),
            general("java.nio.file.NoSuchFileException", DATA, "a file is missing"),
            general("java.io.ObjectStreamException", DATA, "bytes that cannot be read as what they ought to be"),
            general("java.io.UTFDataFormatException", DATA, "bytes that are no text"),
            general("java.io.UnsupportedEncodingException", DATA, "bytes of an encoding that is not known"),
            general("java.nio.charset.CharacterCodingException", DATA, "bytes that are no text"),
            general("java.util.zip.ZipException", DATA, "bytes that cannot be unpacked"),
            general("java.net.MalformedURLException", DATA, "a text that is no URL"),
            general(
                    "com.fasterxml.jackson.core.JacksonException",
                    DATA,
                    "a text that is not the JSON that was expected"),
            general(
                    "com.fasterxml.jackson.core.JsonProcessingException",
                    DATA,
                    "a text that is not the JSON that was expected"),
            general(
                    "com.google.gson.stream.MalformedJsonException",
                    DATA,
                    "a text that is not the JSON that was expected"),
            general(
                    "com.google.protobuf.InvalidProtocolBufferException",
                    DATA,
                    "bytes that cannot be read as what they ought to be"),
            general(LETTUCE + "RedisConnectionException", TRANSIENT, "the server cannot be reached"),
            general(LETTUCE + "RedisException", TRANSIENT, "the client cannot reach the server now"),
            general("java.nio.channels.UnresolvedAddressException", TRANSIENT, "the host is not known"),
            general("java.util.concurrent.TimeoutException", TRANSIENT, "something took too long"),
            general("java.lang.InterruptedException", TRANSIENT, "the shard is being stopped"),
            general("java.lang.OutOfMemoryError", FATAL, "give the process more memory, or smaller batches"),
            general("java.lang.LinkageError", FATAL, "a class is missing or of another version: mend the class path"));

    static final List<FailureRule> ALL =
            List.of(CERTAIN, GENERAL).stream().flatMap(List::stream).toList();

    private ClassRules() {}

    private static FailureRule certain(String name, FailureKind kind, String advice) {
        return new FailureRule(By.CLASS, name, kind, advice);
    }

    private static FailureRule general(String name, FailureKind kind, String advice) {
        return new FailureRule(By.GENERAL_CLASS, name, kind, advice);
    }
}
