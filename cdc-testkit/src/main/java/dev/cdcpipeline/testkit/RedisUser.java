package dev.cdcpipeline.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A user of a Redis server's access control list. */
record RedisUser(String name, String password, List<String> rules) {

    static final String DEFAULT = "default";

    String setting() {
        return "user " + name + " on \">" + password + "\" " + String.join(" ", rules);
    }

    /** What stands before the host in a URI. */
    String userInfo() {
        return encoded(name) + ":" + encoded(password) + "@";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return "RedisUser[" + name + "]";
    }
}
