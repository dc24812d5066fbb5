package dev.cdcpipeline.examples.hermet;

import java.time.Duration;
import java.util.Locale;

/** Says on the terminal what the demo does, and ends the process when it takes too long. */
final class Progress {
    private static final int TOO_LONG = 3;

    private final long began = System.nanoTime();
    private volatile String last = "started";

    void say(String format, Object... arguments) {
        last = String.format(Locale.ROOT, format, arguments);
        System.out.printf(Locale.ROOT, "[HermetMain] %4d s  %s%n", elapsed().toSeconds(), last);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Whatever hangs, the process ends then, with exit code {@value #TOO_LONG}. Servers and pipeline end with it. */
    void endAfter(Duration limit) {
        Thread watch = new Thread(() -> {
            try {
                Thread.sleep(limit.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            System.out.println(
                    "[HermetMain] FAILED: not done after " + limit.toSeconds() + " s; the last step was: " + last);
            Runtime.getRuntime().halt(TOO_LONG);
        });
        watch.setDaemon(true);
        watch.start();
    }
}
