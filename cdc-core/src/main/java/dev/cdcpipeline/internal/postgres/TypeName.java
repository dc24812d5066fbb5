package dev.cdcpipeline.internal.postgres;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type's name as {@code format_type} writes it, taken apart. {@code to_regtype} alone would not do: it refuses names in schemas
 * that the user may not use, although their rows can be read, and it asks the type itself about its length and precision.
 *
 * @param schema where a type of users is; empty for one that PostgreSQL brings
 * @param name as the catalog has it for a type of users; as {@code to_regtype} reads it for one that PostgreSQL brings
 * @param array whether an array of it is meant
 */
record TypeName(String schema, String name, boolean array) {
    private static final String PART = "(\"(?:[^\"]|\"\")+\"|[^\".(\\[]+)";
    /** Schema and name, then length and precision, then the brackets. */
    private static final Pattern QUALIFIED = Pattern.compile(PART + "\\." + PART + "(?:\\(.*\\))?((?:\\[])*)");

    static TypeName parse(String sqlType) {
        Matcher qualified = QUALIFIED.matcher(sqlType);
        return qualified.matches()
                ? new TypeName(
                        unquoted(qualified.group(1)),
                        unquoted(qualified.group(2)),
                        !qualified.group(3).isEmpty())
                : new TypeName("", sqlType, false);
    }

    private static String unquoted(String part) {
        return part.startsWith("\"") ? part.substring(1, part.length() - 1).replace("\"\"", "\"") : part;
    }
}
