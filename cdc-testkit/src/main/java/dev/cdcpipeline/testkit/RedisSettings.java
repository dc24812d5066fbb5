package dev.cdcpipeline.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one Redis server.
 *
 * @param users the access control list; if it is empty, everybody may do everything without a password
 * @param others settings that the test asks for
 */
record RedisSettings(
        RedisPersistence persistence,
        List<RedisUser> users,
        @Nullable RedisCertificate certificate,
        Map<String, String> others) {

    /** With rights for everything, so that a test can be run and a replica can be fed whatever the other users may do. */
    private static final RedisUser KIT =
            new RedisUser("cdc-testkit", UUID.randomUUID().toString(), List.of("~*", "&*", "+@all"));

    /** For everybody, and nothing special. */
    static RedisSettings open() {
        return new RedisSettings(RedisPersistence.NONE, List.of(), null, Map.of());
    }

    /** What the test kit itself logs in with, or null where nobody needs to. */
    @Nullable
    RedisUser admin() {
        return users.isEmpty() ? null : KIT;
    }

    RedisConnector connector(String host, int port) {
        return new RedisConnector(host, port, admin(), certificate);
    }

    /** The lines of redis.conf for a server that everybody on this address can reach. */
    List<String> lines(String address, int port, Path data) {
        List<String> lines = new ArrayList<>(List.of(
                "bind " + address,
                "protected-mode no",
                "daemonize no",
                "set-proc-title no",
                "save \"\"",
                "repl-diskless-sync-delay 0",
                "repl-ping-replica-period 1",
                "enable-debug-command yes",
                "dir \"" + data + "\""));
        lines.addAll(persistence.settings());
        lines.addAll(accessControl());
        RedisCertificate tls = certificate;
        if (tls == null) {
            lines.add("port " + port);
        } else {
            lines.addAll(List.of("port 0", "tls-port " + port));
            lines.addAll(tls.settings());
        }
        others.forEach((name, value) -> lines.add(name + " " + value));
        return lines;
    }

    private List<String> accessControl() {
        if (users.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add(KIT.setting());
        users.forEach(user -> lines.add(user.setting()));
        if (users.stream().noneMatch(user -> user.name().equals(RedisUser.DEFAULT))) {
            lines.add("user " + RedisUser.DEFAULT + " off");
        }
        lines.add("masteruser " + KIT.name());
        lines.add("masterauth " + KIT.password());
        return lines;
    }
}
