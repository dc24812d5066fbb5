package dev.cdcpipeline.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.postgres.Lsn;
import dev.cdcpipeline.internal.postgres.ReplicationSlot;
import dev.cdcpipeline.internal.postgres.SlotSetup;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.internal.postgres.SourceInspection;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.shard.PostgresShardBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A source database with table {@code a}, and the checks of a shard on it, without a pipeline. */
final class Bench implements AutoCloseable {
    static final SourceTable<Item> A = SourceTable.of("public.a", Item.class);
    static final Set<TableName> CAPTURED = Set.of(A.name());

    /** A row of {@code a}. */
    record Item(long id, @Nullable String val) {}

    final PostgresSource server;
    final String name;
    final SlotMemory store = new SlotMemory();
    final String slot;
    private final PostgresShardBuilder shard;
    private @Nullable SourceConnection connection;

    private final @Nullable TestDatabase fresh;

    /** A fresh database on this server. */
    Bench(PostgresSource server) {
        this(server, server.freshDatabase("preflight"));
        execute("create table a (id bigint primary key, val text)");
    }

    private Bench(PostgresSource server, TestDatabase fresh) {
        this(server, fresh.name(), fresh);
    }

    private Bench(PostgresSource server, String name, @Nullable TestDatabase fresh) {
        this.server = server;
        this.name = name;
        this.slot = name;
        this.fresh = fresh;
        this.shard = PostgresShard.named("db0")
                .host(server.host())
                .port(server.port())
                .database(name)
                .user(server.username())
                .password(server.password());
    }

    /** A database that came with the server's data, and what is stored of its slot. */
    static Bench on(PostgresSource server, String database, SlotRecord record) {
        Bench bench = new Bench(server, database, null);
        bench.store.stored.add(record);
        return bench;
    }

    void execute(String... statements) {
        server.execute(name, statements);
    }

    /** For changes of its settings before the first check. */
    PostgresShardBuilder shard() {
        return shard;
    }

    SourceConnection source() {
        if (connection == null) {
            connection = SourceConnection.open(shard.build());
        }
        return connection;
    }

    SourceSetup check() {
        return check(A);
    }

    SourceSetup check(SourceTable<?>... tables) {
        return SourceSetup.check(source(), List.of(tables), slot);
    }

    /** For a slot that is not made yet, with an engine that runs: what is found of the tables. */
    List<Finding> look(SourceInspection inspection, SourceTable<?>... tables) {
        String system = server.queryString(name, "select system_identifier::text from pg_control_system()");
        SlotRecord unmade = SlotRecord.creating(slot, system, 0);
        return inspection.inspect(List.of(tables), unmade, () -> 0, true);
    }

    SlotSetup slotSetup() {
        return check().slot(slot, store, "p", new Epoch(1), (base, transaction, micros) -> Lsn.format(base));
    }

    /** Publication and slot as a first start makes them. */
    SlotRecord started() throws InterruptedException {
        check().publish("pub", Set.of());
        return slotSetup().createOrVerify(OptionalLong.empty());
    }

    SlotRecord record() {
        return store.stored.get(store.stored.size() - 1);
    }

    /** The first boundary. */
    long first() {
        SlotRecord record = record();
        assertThat(record.position()).isNotNull();
        return record.position().base();
    }

    SourceInspection inspection() {
        return new SourceInspection(source(), slot, "pub");
    }

    List<Finding> inspect(long boundary, boolean engineRuns) {
        return inspection().inspect(List.of(A), record(), () -> boundary, engineRuns);
    }

    ReplicationSlot.State state() throws SQLException {
        return new ReplicationSlot(source(), slot).state().orElseThrow();
    }

    long wal() {
        return Lsn.parse(server.queryString(name, "select pg_current_wal_insert_lsn()::text"));
    }

    /** Writes this many MB of WAL that nobody captures. */
    void write(int megabytes) {
        for (int i = 0; i < megabytes; i++) {
            execute("select pg_logical_emit_message(false, 'noise', repeat('x', 1048576))");
        }
    }

    /** What a check throws, with findings that are not empty. */
    static PreflightException refusal(ThrowingCallable check) {
        PreflightException refusal = catchThrowableOfType(PreflightException.class, check);
        assertThat(refusal).as("refused").isNotNull();
        assertThat(refusal).hasMessageStartingWith("[db0] ");
        assertThat(refusal.findings()).isNotEmpty();
        return refusal;
    }

    static Finding finding(List<Finding> findings, FindingKind kind) {
        return findings.stream()
                .filter(finding -> finding.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + findings));
    }

    void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    @Override
    public void close() {
        disconnect();
        if (fresh != null) {
            fresh.close();
        }
    }
}
