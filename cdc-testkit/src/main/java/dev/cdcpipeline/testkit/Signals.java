package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends the POSIX signals that Java cannot send. */
final class Signals {

    private Signals() {}

    /** Stops the process: it runs no more instruction until it is continued or killed. */
    static void stop(Process process) {
        send("STOP", process);
    }

    static void resume(Process process) {
        send("CONT", process);
    }

    /** Through the shell, because not every machine has a program named kill. */
    private static void send(String signal, Process process) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start();
            if (kill.waitFor() != 0 && process.isAlive()) {
                throw new IllegalStateException("Process " + process.pid() + " was not reached by signal " + signal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The test kit cannot run 'sh' to send signal " + signal, e);
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
    }
}
