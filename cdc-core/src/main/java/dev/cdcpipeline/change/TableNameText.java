package dev.cdcpipeline.change;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of a {@link TableName}. */
final class TableNameText {
    private static final String PART = "\"((?:[^\"]|\"\")*)\"|([^\".]+)";
    private static final Pattern NAME = Pattern.compile("(?:(?:" + PART + ")\\.)?(?:" + PART + ")");

    private TableNameText() {}

    static TableName parse(String text) {
        Matcher parts = NAME.matcher(text);
        if (!parts.matches()) {
            throw unreadable(text);
        }
        boolean withSchema = parts.group(1) != null || parts.group(2) != null;
        return new TableName(withSchema ? part(parts, 1, text) : "public", part(parts, 3, text));
    }

    private static String part(Matcher parts, int quoted, String text) {
        String name = parts.group(quoted);
        if (name != null) {
            return name.replace("\"\"", "\"");
        }
        String plain = parts.group(quoted + 1);
        if (plain.isBlank()) {
            throw unreadable(text);
        }
        return plain;
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "expected schema.table, with parts that have a dot or a quote in them quoted as in" + " SQL, got '"
                        + text + "'");
    }

    static String part(String name) {
        boolean plain = !name.isBlank() && name.indexOf('.') < 0 && name.indexOf('"') < 0;
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
