package dev.cdcpipeline.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A named place in the code under test where a test wants the JVM to crash.
 *
 * <pre>{@code
 * target.write(batch);
 * CrashPoint.reached("after-write"); // does nothing unless armed
 * offsets.save(boundary);
 * }</pre>
 *
 * <p>A parent test arms it with {@link ForkedJvmBuilder#crashAt(String, int)}: the thread that reaches the point then
 * stands still for ever, so that {@link ForkedJvm#killAtCrashPoint} kills the JVM exactly there. The other threads run
 * until the kill. Without a parent, {@code -Dcdc.crash.points=after-write:3 -Dcdc.crash.mode=halt} ends the JVM with exit
 * code 137, without shutdown hooks, when the point is reached for the third time.
 *
 * <p>Safe for use by several threads: each call counts once, and every call from the armed one on stands still.
 */
public final class CrashPoint {

    static final String POINTS_PROPERTY = "cdc.crash.points";
    static final String MARKER = "cdc-crash-point reached: ";

    private static final String MODE_PROPERTY = "cdc.crash.mode";
    private static final String NAME = "[A-Za-z0-9._-]+";
    private static final int EXIT_CODE_OF_SIGKILL = 137;

    private static final Map<String, AtomicInteger> ARMED = parse(System.getProperty(POINTS_PROPERTY, ""));
    private static final boolean HALT = "halt".equals(System.getProperty(MODE_PROPERTY));

    private CrashPoint() {}

    /**
     * Says that the point of this name is reached. Returns at once unless the point is armed and reached often enough;
     * otherwise never returns.
     */
    public static void reached(String name) {
        AtomicInteger remaining = ARMED.get(name);
        if (remaining == null) {
            return;
        }
        int left = remaining.decrementAndGet();
        if (left > 0) {
            return;
        }
        if (left == 0) {
            System.out.println(MARKER + name);
            System.out.flush();
        }
        if (HALT) {
            Runtime.getRuntime().halt(EXIT_CODE_OF_SIGKILL);
        }
        while (true) {
            LockSupport.park(CrashPoint.class);
            Thread.interrupted(); // An interrupted thread would not park again.
        }
    }

    /** Checks a point before it is passed on to another JVM, and gives its form in the system property. */
    static String property(String name, int time) {
        if (!name.matches(NAME) || time < 1) {
            throw new IllegalArgumentException("Crash point '" + name + "' at time " + time
                    + ": the name must consist of letters, digits, '.', '_' and '-', and the time must be at least 1");
        }
        return name + ":" + time;
    }

    /** Reads {@code name[:n],name[:n]}. */
    static Map<String, AtomicInteger> parse(String points) {
        Map<String, AtomicInteger> armed = new HashMap<>();
        for (String point : points.split(",")) {
            if (point.isBlank()) {
                continue;
            }
            String[] parts = point.trim().split(":", 2);
            try {
                int time = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
                property(parts[0], time);
                armed.put(parts[0], new AtomicInteger(time));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "System property " + POINTS_PROPERTY + "='" + points + "' must be name[:n],name[:n]", e);
            }
        }
        return Map.copyOf(armed);
    }
}
