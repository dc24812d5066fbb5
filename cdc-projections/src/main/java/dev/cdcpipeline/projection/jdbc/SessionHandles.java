package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Jdbi handles on the transactions of one session. The Jdbi itself is kept: making one takes up to a millisecond. */
final class SessionHandles {
    private @Nullable Connection current;
    private final Jdbi jdbi = Jdbi.create(() -> Objects.requireNonNull(current));

    /** A handle that cannot end the transaction. It holds nothing but the connection and need not be closed. */
    Handle on(Connection connection) {
        current = OwnedConnection.of(connection);
        return jdbi.open();
    }
}
