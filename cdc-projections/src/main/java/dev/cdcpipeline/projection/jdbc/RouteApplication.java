package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.offset.LoadState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Applies changes of dead letters to the projections of a session, within one transaction. */
final class RouteApplication implements LetterApplication {
    private final DeferredConstraints constraints;
    private final Handle handle;
    private final List<BatchRoute> routes;
    private final LoadState load;

    /** @param load which tables are loaded now */
    RouteApplication(Connection connection, Handle handle, List<BatchRoute> routes, LoadState load) {
        this.constraints = new DeferredConstraints(connection);
        this.handle = handle;
        this.routes = routes;
        this.load = load;
    }

    @Override
    public boolean has(String projection) {
        return routes.stream().anyMatch(route -> route.name().equals(projection));
    }

    @Override
    public void apply(String projection, List<Change<Row>> changes) {
        BatchRoute route = routes.stream()
                .filter(each -> each.name().equals(projection))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no projection '" + projection + "'"));
        route.applyParked(changes, load, handle);
    }

    @Override
    public void checkConstraints() throws SQLException {
        constraints.check();
    }
}
