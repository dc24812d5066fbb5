package dev.cdcpipeline.projection.redis;

import java.nio.charset.StandardCharsets;

/** Text as it is, but for one that another version has written. */
final class TextCodec implements CacheCodec<String> {
    static final String UNREADABLE = "?";

    @Override
    public byte[] encode(String value) {
        if (value.equals(UNREADABLE)) {
            throw new IllegalArgumentException("not of this version");
        }
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.equals(UNREADABLE)) {
            throw new IllegalArgumentException("written by another version");
        }
        return text;
    }
}
