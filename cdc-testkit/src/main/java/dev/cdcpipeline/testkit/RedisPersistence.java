package dev.cdcpipeline.testkit;

import java.util.List;

/** What of a Redis server's data survives its death. */
public enum RedisPersistence {
    /** Nothing, unless {@code SAVE} was called: then a restarted server has what it had at that moment. */
    NONE("appendonly no"),

    /** Whatever was answered. */
    AOF_ALWAYS("appendonly yes", "appendfsync always"),

    /** Redis' usual append-only file: a killed process loses next to nothing, a killed machine a second. */
    AOF_EVERYSEC("appendonly yes", "appendfsync everysec");

    private final List<String> settings;

    RedisPersistence(String... settings) {
        this.settings = List.of(settings);
    }

    List<String> settings() {
        return settings;
    }
}
