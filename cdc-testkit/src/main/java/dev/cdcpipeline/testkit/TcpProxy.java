package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * A network that can be broken: clients connect to it and are forwarded to a server, until a test cuts or stalls it.
 *
 * <pre>{@code
 * try (TcpProxy network = TcpProxy.to(postgres.host(), postgres.port())) {
 *     connect(network.host(), network.port());
 *     network.stall(); // as if every packet were lost
 *     network.heal();
 * }
 * }</pre>
 *
 * <p>It listens on a port of the loopback interface, the same for its whole life. It holds at most 16 KB in each direction of
 * a connection, beside what the sockets hold. Safe for use by several threads; no method waits for a client or the server.
 */
public final class TcpProxy implements AutoCloseable {

    private static final int BACKLOG = 50;
    private static final long LAST_ACCEPT_MILLIS = 2_000;

    private enum Link {
        WHOLE,
        STALLED,
        CUT
    }

    private final InetSocketAddress server;
    private final int port = ServerPorts.free();
    private final Set<TcpTunnel> tunnels = new HashSet<>();
    private Thread acceptor = new Thread();
    private ServerSocket listener;
    private Link link = Link.WHOLE;
    private int loseEach;
    private long commits;
    private long lost;

    private TcpProxy(InetSocketAddress server) {
        this.server = server;
        this.listener = listen();
    }

    /**
     * Begins to forward to this server, which need not run yet.
     *
     * @throws UncheckedIOException if no port can be opened
     */
    public static TcpProxy to(String host, int port) {
        return new TcpProxy(new InetSocketAddress(host, port));
    }

    /** Where clients connect. */
    public String host() {
        return InetAddress.getLoopbackAddress().getHostAddress();
    }

    /** Where clients connect. */
    public int port() {
        return port;
    }

    /** Resets every connection, on both sides, and refuses new ones, until {@link #heal()}. */
    public void cut() {
        Thread ending;
        synchronized (this) {
            link = Link.CUT;
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException("TcpProxy cannot close port " + port, e);
            }
            tunnels.forEach(TcpTunnel::reset);
            tunnels.clear();
            notifyAll();
            ending = acceptor;
        }
        try {
            ending.join(LAST_ACCEPT_MILLIS); // as long as it is in its call, the system takes connections for it
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
    }

    /**
     * Forwards nothing more, until {@link #heal()}: connections stay open, new ones are taken, but neither data nor the end of a
     * connection gets through. Does nothing to a network that is cut.
     */
    public synchronized void stall() {
        if (link == Link.WHOLE) {
            link = Link.STALLED;
        }
    }

    /**
     * Lets everything through again, also what was sent while it was stalled. Does nothing to a whole network.
     *
     * @throws UncheckedIOException if another process has taken the port since {@link #cut()}
     */
    public synchronized void heal() {
        if (link == Link.CUT) {
            listener = listen();
        }
        link = Link.WHOLE;
        notifyAll();
    }

    /**
     * From now on loses what a PostgreSQL server answers to a COMMIT that it has done: the connection is reset on both sides, and
     * the client cannot know whether its transaction is there. Connections with TLS are not looked into.
     *
     * @param each which of them, all connections together: 1 for every one, 2 for every second; 0 for none any more
     */
    public synchronized void loseCommits(int each) {
        if (each < 0) {
            throw new IllegalArgumentException("each must be 0 or more, got " + each);
        }
        loseEach = each;
        commits = 0;
    }

    /** How many answers were lost by {@link #loseCommits}. */
    public synchronized long lostCommits() {
        return lost;
    }

    private synchronized boolean losesCommit() {
        if (loseEach == 0 || ++commits % loseEach != 0) {
            return false;
        }
        lost++;
        return true;
    }

    /** Cuts the network for good. May be called repeatedly. */
    @Override
    public void close() {
        cut();
    }

    private ServerSocket listen() {
        try {
            ServerSocket opened = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(() -> accept(opened), "tcp-proxy " + port);
            thread.setDaemon(true);
            acceptor = thread;
            thread.start();
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException("TcpProxy cannot listen on port " + port + "; end what has taken it", e);
        }
    }

    private void accept(ServerSocket from) {
        while (true) {
            try {
                keep(new TcpTunnel(from.accept(), server, this::awaitWhole, this::losesCommit));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private synchronized void keep(TcpTunnel tunnel) {
        if (link == Link.CUT) {
            tunnel.reset();
            return;
        }
        tunnels.removeIf(TcpTunnel::hasEnded);
        tunnels.add(tunnel);
        tunnel.begin();
    }

    /** Returns when data may pass, or the tunnel is no more. */
    private synchronized void awaitWhole(TcpTunnel tunnel) throws InterruptedException {
        while (link == Link.STALLED && !tunnel.hasEnded()) {
            wait();
        }
    }
}
