package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.internal.shape.PgType;
import dev.cdcpipeline.internal.shape.PgTypes;
import dev.cdcpipeline.shard.PostgresShard;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The types of a shard's database, asked for when first seen, over a connection of its own that is opened when first needed and
 * again after a failure. Any thread; {@link #close()} makes a call that waits for the server fail at once.
 */
public final class SourceTypes implements PgTypes, AutoCloseable {
    /** Far less than a batch may take; the catalog answers in milliseconds. */
    private static final int ANSWER_SECONDS = 10;

    private final PostgresShard shard;
    private final KnownTypes known = new KnownTypes();
    private volatile @Nullable SourceConnection connection;
    private volatile boolean closed;

    /** Connects to nothing yet. */
    public SourceTypes(PostgresShard shard) {
        this.shard = shard;
    }

    @FunctionalInterface
    private interface Question<R> {
        R ask(TypeCatalog catalog) throws SQLException;
    }

    /** @throws TransientFailure if the source does not answer */
    @Override
    public PgType type(int oid) {
        PgType type = known.type(oid);
        return type == null ? ask(catalog -> known.read(catalog, oid)) : type;
    }

    /** @throws TransientFailure if the source does not answer */
    @Override
    public String sqlName(int oid, int modifier) {
        String name = known.sqlName(oid, modifier);
        return name == null ? ask(catalog -> known.readName(catalog, oid, modifier)) : name;
    }

    /** @throws TransientFailure if the source does not answer */
    @Override
    public PgType named(String sqlName) {
        return sqlName.isEmpty()
                ? PgType.unknown(0)
                : ask(catalog -> known.read(catalog, catalog.oid(TypeName.parse(sqlName))));
    }

    @Override
    public void refresh() {
        known.forgetAlterable();
    }

    /** @throws TransientFailure if the source does not answer */
    @Override
    public PgType reread(int oid) {
        refresh();
        return type(oid);
    }

    private synchronized <R> R ask(Question<R> question) {
        SourceConnection open = connection;
        if (open != null) {
            try {
                return question.ask(new TypeCatalog(open));
            } catch (SQLException e) {
                // It may be open since long, and lost since: a new one tells whether the server answers.
                disconnect();
            }
        }
        try {
            return question.ask(new TypeCatalog(connect()));
        } catch (SQLException e) {
            disconnect();
            throw failure(SourceConnection.failure(shard, e));
        } catch (ShardStartException e) {
            throw failure(e);
        }
    }

    private SourceConnection connect() throws SQLException {
        if (closed) {
            throw new TransientFailure("[" + shard.id().name() + "] stopped before it knew a column's type");
        }
        SourceConnection opened = SourceConnection.open(shard);
        connection = opened;
        if (closed) {
            disconnect();
        }
        opened.answersWithin(ANSWER_SECONDS);
        return opened;
    }

    private static TransientFailure failure(ShardStartException e) {
        return new TransientFailure(e.getMessage() + ", when asked for a column's type", e);
    }

    private void disconnect() {
        SourceConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        SourceConnection open = connection;
        if (open != null) {
            open.abort();
        }
    }
}
