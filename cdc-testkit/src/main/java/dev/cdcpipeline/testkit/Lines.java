package dev.cdcpipeline.testkit;

import java.util.List;

/** The end of an output, for error messages. */
final class Lines {

    private static final int TAIL = 40;

    private Lines() {}

    static String tail(List<String> lines) {
        return lines.isEmpty()
                ? "(no output)"
                : String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }
}
