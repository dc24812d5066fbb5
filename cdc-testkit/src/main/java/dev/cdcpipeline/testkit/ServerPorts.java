package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses ports for servers that are going to be restarted on the same port.
 *
 * <p>They lie below the range from which operating systems take the local ports of outgoing connections: otherwise,
 * while the server is down, a client that reconnects could be given the server's own port and connect to itself.
 */
final class ServerPorts {

    private static final int FIRST = 15_000;
    private static final int END = 30_000;
    private static final int ATTEMPTS = 100;

    private ServerPorts() {}

    static int free() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port found between " + FIRST + " and " + END + " after " + ATTEMPTS
                + " attempts; end some of the servers on this machine");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
