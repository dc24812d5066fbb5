package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What users read when the home database is away, read-only, or not theirs to write. */
class HomeDatabaseFailuresIT {
    private static final ShardId DB0 = new ShardId("db0");
    private static final Duration LONG = Duration.ofMinutes(10);

    private TestDatabase database;
    private JdbcOffsets offsets;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("home");
        offsets = JdbcOffsets.in(database.dataSource());
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void a_database_that_cannot_be_reached_is_named_with_its_address() throws IOException {
        PGSimpleDataSource nowhere = nowhere();

        assertThatThrownBy(JdbcOffsets.in(nowhere)::prepare)
                .isInstanceOf(TransientFailure.class)
                .hasMessageStartingWith("the home database of JdbcOffsets cannot be reached: Connection to localhost:"
                        + nowhere.getPortNumbers()[0] + " refused")
                .hasMessageContaining("check host and port, and that the server runs");
        assertThatThrownBy(() -> JdbcOffsets.in(nowhere).leases().acquire("shop", DB0, "a", LONG))
                .isInstanceOf(TransientFailure.class)
                .hasMessageStartingWith(
                        "[db0] pipeline 'shop' cannot acquire the lease in the home database: Connection to"
                                + " localhost:" + nowhere.getPortNumbers()[0] + " refused");
        assertThatThrownBy(() -> JdbcOffsets.in(nowhere).control().orders("shop", DB0))
                .isInstanceOf(TransientFailure.class)
                .hasMessageStartingWith(
                        "[db0] pipeline 'shop' cannot read what is asked of the shard in the home database");
        assertThatThrownBy(() -> JdbcOffsets.in(nowhere).control().backfills("shop"))
                .hasMessageStartingWith("pipeline 'shop' cannot read the backfills in the home database");
    }

    @Test
    void a_pool_says_why_it_has_no_connection_also_when_it_never_had_one() throws IOException {
        try (HikariDataSource never = new HikariDataSource()) {
            never.setDataSource(nowhere());
            assertThatThrownBy(JdbcOffsets.in(never)::prepare)
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageContainingAll("the home database of JdbcOffsets cannot be reached", "refused");
        }
        HikariConfig waiting = new HikariConfig();
        waiting.setDataSource(nowhere());
        waiting.setInitializationFailTimeout(-1);
        waiting.setConnectionTimeout(250);
        try (HikariDataSource away = new HikariDataSource(waiting)) {
            assertThatThrownBy(JdbcOffsets.in(away)::prepare)
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageContainingAll("request timed out after", "refused", "check host and port");
        }
    }

    @Test
    void a_read_only_database_is_found_before_anything_starts() {
        offsets.prepare();
        database.execute("alter database " + database.name() + " set default_transaction_read_only = on");

        assertThatThrownBy(offsets::prepare)
                .isInstanceOf(TransientFailure.class)
                .hasMessageStartingWith(
                        "the home database of JdbcOffsets cannot be written: transaction_read_only is on")
                .hasMessageContainingAll("25006", "targetServerType=primary", "default_transaction_read_only");
        assertThatThrownBy(() -> offsets.leases().acquire("shop", DB0, "a", LONG))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContainingAll("[db0] pipeline 'shop' cannot acquire the lease", "25006", "read-only");
        assertThat(offsets.control().orders("shop", DB0).paused())
                .as("reading works")
                .isFalse();
    }

    @Test
    void a_privilege_that_is_missing_is_found_before_anything_starts_with_the_grant() {
        offsets.prepare();
        database.execute(
                "drop role if exists cdc_writer",
                "create role cdc_writer login password 'writer'",
                "grant select, insert, update on cdc_lease, cdc_member, cdc_slot, cdc_shard_control, cdc_letter_order,"
                        + " cdc_dead_letter to cdc_writer",
                "grant select on cdc_backfill to cdc_writer");
        PGSimpleDataSource writer = new PGSimpleDataSource();
        writer.setUrl(database.jdbcUrl());
        writer.setUser("cdc_writer");
        writer.setPassword("writer");
        JdbcOffsets theirs = JdbcOffsets.in(writer);
        try {
            assertThatThrownBy(theirs::prepare)
                    .isInstanceOf(CdcException.class)
                    .isNotInstanceOf(TransientFailure.class)
                    .hasMessage(
                            "the home database of JdbcOffsets cannot be written: the user of the data source may not"
                                    + " DELETE on cdc_member; GRANT DELETE ON cdc_member TO cdc_writer");
            database.execute("grant delete on cdc_member, cdc_slot, cdc_dead_letter to cdc_writer");
            assertThatThrownBy(theirs::prepare)
                    .hasMessageContaining("GRANT INSERT, UPDATE ON cdc_backfill TO cdc_writer");

            database.execute("grant insert, update on cdc_backfill to cdc_writer");
            theirs.prepare();
            theirs.schemaMode(SchemaMode.VALIDATE).prepare();
            assertThat(theirs.leases().acquire("shop", DB0, "a", LONG).epoch()).isEqualTo(new Epoch(1));

            database.execute("revoke update on cdc_lease from cdc_writer");
            assertThatThrownBy(() -> theirs.leases().renew("shop", DB0, new Epoch(1), LONG))
                    .isInstanceOf(CdcException.class)
                    .isNotInstanceOf(TransientFailure.class)
                    .hasMessageContainingAll(
                            "[db0] pipeline 'shop' cannot renew the lease in the home database",
                            "permission denied for table cdc_lease",
                            "grant the privilege to the user of the data source");
        } finally {
            database.execute("drop owned by cdc_writer", "drop role cdc_writer");
        }
    }

    @Test
    void a_table_that_was_dropped_is_named() {
        offsets.prepare();
        database.execute("drop table cdc_shard_control");

        assertThatThrownBy(() -> offsets.control().pause("shop", DB0, "ops"))
                .isInstanceOf(CdcException.class)
                .hasMessageContainingAll("[db0] pipeline 'shop' cannot store the pause", "cdc_shard_control", "42P01");
    }

    /** Where nobody listens. */
    private static PGSimpleDataSource nowhere() throws IOException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        try (ServerSocket socket = new ServerSocket(0)) {
            dataSource.setServerNames(new String[] {"localhost"});
            dataSource.setPortNumbers(new int[] {socket.getLocalPort()});
        }
        dataSource.setDatabaseName("shop");
        dataSource.setUser("u");
        dataSource.setPassword("s3cret");
        return dataSource;
    }
}
