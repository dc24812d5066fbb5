package dev.cdcpipeline.testkit;

import dev.cdcpipeline.testkit.RedisReplies.ErrorReply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Speaks to a Redis server, each command over a connection of its own. */
record RedisConnector(
        String host,
        int port,
        @Nullable RedisUser user,
        @Nullable RedisCertificate certificate,
        Duration timeout) {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    RedisConnector(String host, int port, @Nullable RedisUser user, @Nullable RedisCertificate certificate) {
        this(host, port, user, certificate, TIMEOUT);
    }

    RedisConnector within(Duration patience) {
        return new RedisConnector(host, port, user, certificate, patience);
    }

    /**
     * @throws RedisErrorException if the server refuses the command
     * @throws IOException if the server does not answer in time
     */
    @Nullable
    Object call(String... command) throws IOException {
        try (Socket socket = connected()) {
            RedisReplies replies = new RedisReplies(socket.getInputStream());
            RedisUser as = user;
            if (as != null) {
                exchange(socket, replies, "AUTH", as.name(), as.password());
            }
            return exchange(socket, replies, command);
        }
    }

    private static @Nullable Object exchange(Socket socket, RedisReplies replies, String... command)
            throws IOException {
        socket.getOutputStream().write(RedisReplies.request(command));
        Object reply = replies.next();
        if (reply instanceof ErrorReply error) {
            throw new RedisErrorException(command[0], error.text());
        }
        return reply;
    }

    private Socket connected() throws IOException {
        RedisCertificate tls = certificate;
        Socket socket = tls == null ? new Socket() : tls.clientSockets().createSocket();
        try {
            socket.setSoTimeout((int) timeout.toMillis());
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
