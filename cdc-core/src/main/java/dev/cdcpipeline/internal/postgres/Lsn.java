package dev.cdcpipeline.internal.postgres;

import java.util.regex.Pattern;

/** PostgreSQL's text form of a WAL location, {@code X/Y} in hexadecimal, and the number behind it. */
public final class Lsn {
    private static final Pattern FORM = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");

    private Lsn() {}

    /** @throws IllegalArgumentException if the text is not of that form */
    public static long parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not an LSN: '" + text + "', expected a form like 0/16B3748");
        }
        int slash = text.indexOf('/');
        return (Long.parseLong(text.substring(0, slash), 16) << 32) + Long.parseLong(text.substring(slash + 1), 16);
    }

    public static String format(long lsn) {
        return Long.toHexString(lsn >>> 32).toUpperCase(java.util.Locale.ROOT) + "/"
                + Long.toHexString(lsn & 0xFFFFFFFFL).toUpperCase(java.util.Locale.ROOT);
    }
}
