package dev.cdcpipeline.internal.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What this process is called where owners are named: host and process for people, and something random, because in containers
 * every process has the same number. Found at the first use, since asking for the host's name is I/O.
 */
public final class InstanceName {
    private final @Nullable String chosen;
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private volatile @Nullable String text;

    /** @param chosen the user's own name for this instance; null for host and process */
    public InstanceName(@Nullable String chosen) {
        this.chosen = chosen;
    }

    /** The name; asks for the host's name at the first call. */
    public String text() {
        String known = text;
        if (known == null) {
            known = (chosen != null
                            ? chosen
                            : host() + " process " + ProcessHandle.current().pid()) + " " + suffix;
            text = known;
        }
        return known;
    }

    private static String host() {
        String host = System.getenv("HOSTNAME");
        if (host != null && !host.isEmpty()) {
            return host;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown host";
        }
    }
}
