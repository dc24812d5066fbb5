package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.SchemaMismatchException;
import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.internal.dispatch.BoundaryFormat;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.FirstLoad;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Checks a source and makes what is missing there, in the order in which it can be trusted: server, tables, publication, slot. */
public final class SourceSetup {
    private static final Set<String> CHUNK_KEYS =
            Set.of("int2", "int4", "int8", "numeric", "float8", "text", "varchar", "bpchar", "uuid", "date", "bytea");
    /** In other names Debezium's parser finds syntax. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$-]+\\.[\\p{L}\\p{N}_$-]+");

    private final SourceConnection source;
    private final ServerInfo server;
    private final Map<TableName, SourceTableInfo> tables = new TreeMap<>();

    private SourceSetup(SourceConnection source, ServerInfo server) {
        this.source = source;
        this.server = server;
    }

    /**
     * Checks the server, and that every record fits its table.
     *
     * @throws ShardStartException naming what is wrong, and the remedy
     */
    public static SourceSetup check(SourceConnection source, Collection<SourceTable<?>> wanted) {
        return translating(source, () -> {
            ServerInfo server = ServerInfo.read(source);
            server.check(source);
            SourceSetup setup = new SourceSetup(source, server);
            setup.checkTables(wanted);
            return setup;
        });
    }

    private void checkTables(Collection<SourceTable<?>> wanted) throws SQLException {
        SourceCatalog catalog = new SourceCatalog(source);
        List<String> problems = new ArrayList<>();
        for (SourceTable<?> table : wanted) {
            SourceTableInfo info = tables.get(table.name());
            if (info == null) {
                info = catalog.find(table.name()).orElse(null);
            }
            if (info == null) {
                problems.add("table " + table.name() + " does not exist in database "
                        + source.shard().database());
                continue;
            }
            if (!NAME.matcher(table.name().toString()).matches()) {
                problems.add("table '" + table.name() + "': only letters, digits, _, $ and - are supported in names");
            }
            tables.put(table.name(), info);
            if (info.replicaIdentity().equals("n") || info.key().isEmpty() && !info.hasFullIdentity()) {
                problems.add(
                        "table " + table.name()
                                + " has no key, so that PostgreSQL would refuse every UPDATE and DELETE of it"
                                + " once it is published; add a primary key (and REPLICA IDENTITY DEFAULT), or use REPLICA IDENTITY FULL");
            } else if (info.key().isEmpty() && source.shard().firstLoad() == FirstLoad.INCREMENTAL) {
                problems.add(
                        "table " + table.name()
                                + " has no primary key, by which its rows could be loaded; add one, or use firstLoad(FirstLoad.NONE)");
            }
            if (source.shard().firstLoad() == FirstLoad.INCREMENTAL) {
                problems.addAll(keyProblems(info));
            }
            problems.addAll(RecordCheck.problems(table, info));
        }
        if (!problems.isEmpty()) {
            String text = String.join("; ", problems);
            throw new ShardStartException(shard(), text, new SchemaMismatchException(text));
        }
    }

    /** Of other types Debezium compares the key with text when it asks for the next chunk, and the load never ends. */
    private static List<String> keyProblems(SourceTableInfo info) {
        return info.key().stream()
                .map(column -> info.columns().get(column))
                .filter(column -> column.isArray() || column.isEnum() || !CHUNK_KEYS.contains(column.baseType()))
                .map(column -> info.name() + "." + column.name() + ": a key of SQL type " + column.sqlType()
                        + " cannot be read in chunks; use firstLoad(FirstLoad.NONE)")
                .toList();
    }

    /** The captured tables, as they really are. */
    public Map<TableName, SourceTableInfo> tables() {
        return tables;
    }

    /** How far the server has written its WAL, now: an offset that is compared with it may be younger than the check. */
    public long walLsn() {
        return translating(source, source::walLsn);
    }

    /** Makes the publication or checks that it covers every captured table. */
    public void publish(String name) {
        translating(source, () -> {
            new Publication(source, name).createOrVerify(tables.values());
            return name;
        });
    }

    /**
     * Makes the slot or checks that it is ours.
     *
     * @throws InterruptedException if the shard must stop while it waits
     */
    public SlotRecord slot(
            String slotName, OffsetStore store, String pipeline, Epoch epoch, BoundaryFormat boundaryFormat)
            throws InterruptedException {
        try {
            return new SlotSetup(source, slotName, store, pipeline, epoch, boundaryFormat).createOrVerify(server);
        } catch (SQLException e) {
            throw new ShardStartException(shard(), SourceFailures.describe(source.shard(), e), e);
        }
    }

    /** The slot's state; empty if it does not exist. */
    public java.util.Optional<ReplicationSlot.State> slotState(String slotName) {
        return translating(source, () -> new ReplicationSlot(source, slotName).state());
    }

    @FunctionalInterface
    private interface SqlWork<R> {
        R run() throws SQLException;
    }

    private static <R> R translating(SourceConnection source, SqlWork<R> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new ShardStartException(source.shard().id().name(), SourceFailures.describe(source.shard(), e), e);
        }
    }

    private String shard() {
        return source.shard().id().name();
    }
}
