package dev.cdcpipeline.projection.redis;

import org.jspecify.annotations.Nullable;

/** The connection of one session, made when it is needed. Used by one thread but for {@link #abort()}. */
final class OwnLink implements AutoCloseable {
    private final RedisAccess access;
    private volatile @Nullable RedisLink link;

    OwnLink(RedisAccess access) {
        this.access = access;
    }

    /** What was opened last; null before, and after {@link #close()}. It may be lost. */
    @Nullable
    RedisLink known() {
        return link;
    }

    RedisLink get() {
        RedisLink open = link;
        if (open == null) {
            open = access.open();
            link = open;
        }
        return open;
    }

    /** Puts another one in the place of one that may be dead. */
    void replace() {
        RedisLink old = link;
        if (old != null) {
            link = access.open();
            old.close();
        }
    }

    /** Makes a call fail soon that waits for an answer. */
    void abort() {
        RedisLink open = link;
        if (open != null) {
            open.connection().closeAsync();
        }
    }

    @Override
    public void close() {
        RedisLink open = link;
        link = null;
        if (open != null) {
            open.close();
        }
    }
}
