package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

    private static final int SOON_MILLIS = 5_000;
    private static final int A_MOMENT_MILLIS = 100;

    private ServerSocket echo;
    private TcpProxy network;

    @BeforeEach
    void startServer() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread server = new Thread(this::serve);
        server.setDaemon(true);
        server.start();
        network = TcpProxy.to(echo.getInetAddress().getHostAddress(), echo.getLocalPort());
    }

    @AfterEach
    void closeServer() throws IOException {
        network.close();
        echo.close();
    }

    @Test
    void forwards_both_ways_and_passes_on_the_end() throws IOException {
        try (Socket client = connect()) {
            byte[] much = new byte[1_000_000];
            much[999_999] = 7;
            Thread writes = new Thread(() -> send(client, much));
            writes.start();

            assertThat(client.getInputStream().readNBytes(much.length)).isEqualTo(much);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void resets_connections_and_refuses_new_ones_while_it_is_cut() throws IOException {
        try (Socket client = connect()) {
            assertEchoes(client, 1);

            network.cut();

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        network.heal();
        try (Socket client = connect()) {
            assertEchoes(client, 2);
        }
    }

    @Test
    void loses_nothing_that_is_sent_while_it_is_stalled() throws IOException {
        try (Socket before = connect()) {
            assertEchoes(before, 1);

            network.stall();
            before.getOutputStream().write(2);
            try (Socket meanwhile = connect()) {
                meanwhile.getOutputStream().write(3);
                assertSilent(before);
                assertSilent(meanwhile);

                network.heal();

                assertThat(before.getInputStream().read()).isEqualTo(2);
                assertThat(meanwhile.getInputStream().read()).isEqualTo(3);
            }
        }
    }

    @Test
    void can_be_cut_while_it_is_stalled_and_closed_twice() throws IOException {
        try (Socket client = connect()) {
            network.stall();
            network.cut();

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        network.close();
        network.close();
    }

    private static void assertEchoes(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        assertThat(client.getInputStream().read()).isEqualTo(value);
    }

    private static void assertSilent(Socket client) throws IOException {
        client.setSoTimeout(A_MOMENT_MILLIS);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        client.setSoTimeout(SOON_MILLIS);
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(network.host(), network.port());
        client.setSoTimeout(SOON_MILLIS);
        return client;
    }

    private static void send(Socket client, byte[] data) {
        try {
            client.getOutputStream().write(data);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                Thread thread = new Thread(() -> echoes(client));
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void echoes(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException ended) {
            // The client was cut off.
        }
    }
}
