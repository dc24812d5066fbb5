package dev.cdcpipeline.projection.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The connection of a session's transaction as projections see it: they may not end the transaction, because the offset would
 * be committed without the rest of the batch, or the batch without its fence.
 */
final class OwnedConnection implements InvocationHandler {
    private static final Set<String> REFUSED = Set.of("commit", "close", "abort", "setAutoCommit", "setNetworkTimeout");

    private static final String END =
            "(\\s|--[^\\n]*\\n|/\\*.*?\\*/)*(commit|end|abort|begin|start\\s+transaction|prepare\\s+transaction"
                    + "|rollback(?!(\\s+(work|transaction))?\\s+to))\\b";
    private static final Pattern BEGINS_WITH_END =
            Pattern.compile("^" + END, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern HAS_END = Pattern.compile(";" + END, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

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

    private static Statement guarded(Statement statement) {
        return (Statement) Proxy.newProxyInstance(
                OwnedConnection.class.getClassLoader(),
                new Class<?>[] {Statement.class},
                (proxy, method, arguments) -> {
                    if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) {
                        refuseEnd(sql);
                    }
                    try {
                        return method.invoke(statement, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** ROLLBACK TO a savepoint is allowed. In quotes anything may stand after a semicolon, so that only the beginning is looked at. */
    private static void refuseEnd(String sql) throws SQLException {
        boolean quoted = sql.indexOf('\'') >= 0 || sql.indexOf('$') >= 0 || sql.indexOf('"') >= 0;
        if (BEGINS_WITH_END.matcher(sql).find()
                || !quoted && HAS_END.matcher(sql).find()) {
            throw new SQLException("'" + sql.strip()
                    + "' is refused: the transaction belongs to the target, which commits it with the offset");
        }
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        boolean wholeRollback = method.getName().equals("rollback") && method.getParameterCount() == 0;
        if (wholeRollback || REFUSED.contains(method.getName())) {
            throw new SQLException(method.getName()
                    + "() is refused: the transaction belongs to the target, which commits it with the offset");
        }
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) {
            refuseEnd(sql);
        }
        try {
            Object result = method.invoke(connection, arguments);
            return result instanceof Statement statement && !(result instanceof PreparedStatement)
                    ? guarded(statement)
                    : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
