package dev.cdcpipeline.testkit;

import java.util.Locale;

/** The few differences between operating systems that matter for child processes. */
final class OperatingSystem {

    private static final String NAME = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);

    private OperatingSystem() {}

    static boolean isWindows() {
        return NAME.startsWith("windows");
    }

    static boolean isMac() {
        return NAME.startsWith("mac");
    }

    /** The name of a program file. */
    static String executable(String name) {
        return isWindows() ? name + ".exe" : name;
    }
}
