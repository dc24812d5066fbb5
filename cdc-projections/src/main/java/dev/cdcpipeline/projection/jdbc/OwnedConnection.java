package dev.cdcpipeline.projection.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/**
 * The connection of a session's transaction as projections see it: they may not end the transaction, because the offset would
 * be committed without the rest of the batch, or the batch without its fence.
 */
final class OwnedConnection implements InvocationHandler {
    private static final Set<String> REFUSED = Set.of("commit", "close", "abort", "setAutoCommit", "setNetworkTimeout");

    private final Connection connection;

    private OwnedConnection(Connection connection) {
        this.connection = connection;
    }

    static Connection of(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                OwnedConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new OwnedConnection(connection));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        boolean wholeRollback = method.getName().equals("rollback") && method.getParameterCount() == 0;
        if (wholeRollback || REFUSED.contains(method.getName())) {
            throw new SQLException(method.getName()
                    + "() is refused: the transaction belongs to the target, which commits it with the offset");
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
