package dev.cdcpipeline.mirror;

import dev.cdcpipeline.testkit.CrashPoint;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Set;
import javax.sql.DataSource;

/**
 * A data source at which a JVM can be killed before and after each statement about dead letters or the orders for them, and before
 * and after each commit of such statements.
 */
final class SteppedDataSource {
    private static final Set<String> TABLES = Set.of("cdc_dead_letter", "cdc_letter_order");
    /** Asked once a second whether there are any, which is no step. */
    private static final String POLL = "cdc_shard_control";

    private final String point;
    private boolean touched;

    private SteppedDataSource(String point) {
        this.point = point;
    }

    /** The same data source, with this crash point. */
    static DataSource of(DataSource dataSource, String point) {
        return proxy(DataSource.class, (method, arguments) -> {
            Object result = call(dataSource, method, arguments);
            return result instanceof Connection connection ? new SteppedDataSource(point).stepped(connection) : result;
        });
    }

    private Connection stepped(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            boolean ends = touched
                    && (method.getName().equals("commit") || method.getName().equals("rollback"));
            if (ends) {
                touched = false;
                CrashPoint.reached(point);
            }
            Object result = call(connection, method, arguments);
            if (ends) {
                CrashPoint.reached(point);
            }
            return result instanceof PreparedStatement statement && isStep((String) arguments[0])
                    ? stepped(statement)
                    : result;
        });
    }

    private static boolean isStep(String sql) {
        return TABLES.stream().anyMatch(sql::contains) && !sql.contains(POLL);
    }

    private PreparedStatement stepped(PreparedStatement statement) {
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (!method.getName().startsWith("execute")) {
                return call(statement, method, arguments);
            }
            touched = true;
            CrashPoint.reached(point);
            Object result = call(statement, method, arguments);
            CrashPoint.reached(point);
            return result;
        });
    }

    private interface Call {
        Object run(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call.run(method, arguments)));
    }

    private static Object call(Object of, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(of, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
