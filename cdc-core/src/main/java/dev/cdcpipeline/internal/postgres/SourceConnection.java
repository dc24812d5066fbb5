package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.shard.PostgresShard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An ordinary connection to a shard's database, for catalog, publication and slot. One thread; {@link #abort()} from any. */
public final class SourceConnection implements AutoCloseable {
    /**
     * Transactional: the other form ends read-only incremental snapshots, and releases no WAL on PostgreSQL 15 and newer. The
     * prefix is excluded from capture.
     */
    public static final String HEARTBEAT = "pg_logical_emit_message(true, 'cdc.heartbeat', '')";

    private static final int CONNECT_SECONDS = 10;
    private static final int ANSWER_SECONDS = 30;
    private static final int NOTICE_DEATH_MILLIS = 500;
    private static final Logger LOG = LoggerFactory.getLogger(SourceConnection.class);
    private static final String SSL_PREFIX = "database.ssl";

    private final PostgresShard shard;
    private final Connection connection;

    private SourceConnection(PostgresShard shard, Connection connection) {
        this.shard = shard;
        this.connection = connection;
    }

    /** Makes something of a row of a result. */
    @FunctionalInterface
    public interface RowReader<R> {
        R read(ResultSet row) throws SQLException;
    }

    /** Something that asks the server. */
    @FunctionalInterface
    interface Question<R> {
        R ask() throws SQLException;
    }

    /** @throws ShardStartException if the database cannot be reached or refuses the user, with the remedy */
    public static SourceConnection open(PostgresShard shard) {
        try {
            return new SourceConnection(shard, dataSource(shard).getConnection());
        } catch (SQLException e) {
            throw failure(shard, e);
        }
    }

    /** A connection that understands replication commands, and no parameters; the caller closes it. */
    Connection openReplication() throws SQLException {
        PGSimpleDataSource source = dataSource(shard);
        source.setReplication("database");
        source.setAssumeMinServerVersion("9.4");
        source.setPreferQueryMode(PreferQueryMode.SIMPLE);
        return source.getConnection();
    }

    private static PGSimpleDataSource dataSource(PostgresShard shard) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {shard.host()});
        source.setPortNumbers(new int[] {shard.port()});
        source.setDatabaseName(shard.database());
        source.setUser(shard.user());
        source.setPassword(shard.password());
        source.setApplicationName("cdc-pipeline " + shard.id());
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(ANSWER_SECONDS);
        source.setTcpKeepAlive(true);
        for (Map.Entry<String, String> setting : shard.connector().entrySet()) {
            if (setting.getKey().startsWith(SSL_PREFIX)) {
                source.setProperty(setting.getKey().substring("database.".length()), setting.getValue());
            }
        }
        return source;
    }

    PostgresShard shard() {
        return shard;
    }

    String shardName() {
        return shard.id().name();
    }

    /** @throws ShardStartException if the server does not answer or reports an error, with the remedy */
    <R> R answer(Question<R> question) {
        try {
            return question.ask();
        } catch (SQLException e) {
            throw failure(shard, e);
        }
    }

    static ShardStartException failure(PostgresShard shard, SQLException e) {
        return new ShardStartException(shard.id().name(), SourceFailures.describe(shard, e), e);
    }

    /**
     * Waits for an answer without limit, for a statement that may wait for others' transactions; see {@link #abort()}. The
     * server looks whether we are still there: otherwise it would wait on for a process that is gone, and finish its work.
     */
    void waitWithoutLimit() throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 0);
        try {
            execute("set client_connection_check_interval = " + NOTICE_DEATH_MILLIS);
        } catch (SQLException e) {
            LOG.debug("[{}] the server cannot notice that a client is gone: {}", shard.id(), e.getMessage());
        }
    }

    /** Bounds the wait for an answer again. */
    void waitAgainAsUsual() throws SQLException {
        answersWithin(ANSWER_SECONDS);
    }

    /** Bounds the wait for an answer. */
    void answersWithin(int seconds) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, seconds * 1000);
    }

    <R> List<R> query(String sql, RowReader<R> reader, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<R> result = new ArrayList<>();
                while (rows.next()) {
                    result.add(reader.read(rows));
                }
                return result;
            }
        }
    }

    <R> Optional<R> queryOne(String sql, RowReader<R> reader, @Nullable Object... parameters) throws SQLException {
        return query(sql, reader, parameters).stream().findFirst();
    }

    void execute(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    /** How far the server has written its WAL, durably. */
    public long walLsn() throws SQLException {
        return Lsn.parse(queryOne("select pg_current_wal_flush_lsn()::text", row -> row.getString(1))
                .orElseThrow());
    }

    /** The major version, 18 for 18.6; asks nobody. */
    int majorVersion() throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion();
    }

    /**
     * How far a source's log is written now, durable or not: whatever is visible there to anyone stands before it.
     *
     * @throws ShardStartException if the source cannot be asked
     */
    public static long insertedLsn(PostgresShard shard) {
        try (SourceConnection source = open(shard)) {
            return Lsn.parse(source.queryOne("select pg_current_wal_insert_lsn()::text", row -> row.getString(1))
                    .orElseThrow());
        } catch (SQLException e) {
            throw failure(shard, e);
        }
    }

    /** Makes a call that waits for the server fail at once. */
    public void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // It was closed already, which is all that is wanted.
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // Nothing of ours is left on the server side that would need to know.
        }
    }
}
