package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.BooleanSupplier;

/** One connection of a client through a {@link TcpProxy}: two threads, one for each direction. */
final class TcpTunnel {

    private static final int BUFFER = 16 * 1024;
    private static final int CONNECT_MILLIS = 10_000;

    /** Holds data back. */
    interface Gate {
        void await(TcpTunnel tunnel) throws InterruptedException;
    }

    private final Socket client;
    private final Socket upstream = new Socket();
    private final InetSocketAddress server;
    private final Gate gate;
    private final BooleanSupplier losesCommit;
    private final CommitAnswers commits = new CommitAnswers();

    /** @param losesCommit asked at each answer to a COMMIT, whether it is to be lost */
    TcpTunnel(Socket client, InetSocketAddress server, Gate gate, BooleanSupplier losesCommit) {
        this.client = client;
        this.server = server;
        this.gate = gate;
        this.losesCommit = losesCommit;
    }

    void begin() {
        thread(this::forward);
    }

    boolean hasEnded() {
        return client.isClosed();
    }

    /** Ends it so that both sides see a reset instead of an orderly end. */
    void reset() {
        reset(client);
        reset(upstream);
    }

    private void forward() {
        try {
            gate.await(this);
            upstream.connect(server, CONNECT_MILLIS);
            Thread answers = thread(() -> pump(upstream, client));
            pump(client, upstream);
            answers.join();
            client.close();
            upstream.close();
        } catch (IOException refused) {
            reset();
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
    }

    /** Ends with the end of the data, which it passes on, or with a reset when either side is broken. */
    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            while (true) {
                int length = in.read(buffer);
                gate.await(this);
                if (length < 0) {
                    to.shutdownOutput();
                    return;
                }
                if (from == upstream && commits.endIn(buffer, length) && losesCommit.getAsBoolean()) {
                    reset();
                    return;
                }
                out.write(buffer, 0, length);
            }
        } catch (IOException broken) {
            reset();
        } catch (InterruptedException e) {
            throw Await.interrupted(e);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            return; // It was closed before, which is as good.
        }
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "tcp-tunnel to " + server.getPort());
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
