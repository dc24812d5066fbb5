package dev.cdcpipeline.projection.jdbc;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Columns that would take a value and keep another without an error: PostgreSQL rounds numbers and times to a column's precision,
 * cuts the time off a timestamp, and a text off for a {@code name} or a {@code "char"}. Other texts and bits that are too long are
 * errors, and need not be known here. Nor need the zone of a {@code timestamptz}: it comes in UTC, and times without a zone are taken
 * as UTC.
 */
final class LossyTypes {
    private static final Pattern TYPE =
            Pattern.compile("([a-z ]+?)(?:\\((-?\\d+)(?:,(-?\\d+))?\\))?( with(?:out)? time zone)?");
    private static final int MICROSECONDS = 6;
    /** However many dimensions it was declared with. */
    private static final String ARRAY = "[]";

    /** What each type would lose of others, whatever their precision. */
    private static final Map<String, Set<String>> LOST = Map.of(
            "real", Set.of("double precision", "numeric", "integer", "bigint"),
            "double precision", Set.of("numeric", "bigint"),
            "date", Set.of("timestamp without time zone", "timestamp with time zone"),
            "time without time zone",
                    Set.of("time with time zone", "timestamp without time zone", "timestamp with time zone"),
            "time with time zone", Set.of("timestamp without time zone", "timestamp with time zone"));

    private static final Set<String> BROKEN_NUMBERS = Set.of("numeric", "real", "double precision");
    private static final Set<String> TEXTS =
            Set.of("text", "character varying", "character", "json", "jsonb", "xml", "bytea");
    /** A name holds 63 bytes, and a character has up to 4. */
    private static final int NAME_CHARACTERS = 15;

    private static final int CENTS = 2;

    /** A type in parts; -1 for a number that is not given. */
    private record Type(String base, int first, int second) {

        static Type of(String sqlType) {
            Matcher matcher = TYPE.matcher(sqlType);
            if (!matcher.matches()) {
                return new Type(sqlType, -1, -1);
            }
            String zone = matcher.group(4) == null ? "" : matcher.group(4);
            return new Type(matcher.group(1) + zone, number(matcher.group(2)), number(matcher.group(3)));
        }

        private static int number(@Nullable String text) {
            return text == null ? -1 : Integer.parseInt(text);
        }

        boolean isTime() {
            return base.startsWith("time") || base.equals("interval");
        }
    }

    private LossyTypes() {}

    /**
     * @param source a column's type at the source, empty if it is not known
     * @param target the type of the column that takes its values
     */
    static boolean isLossy(String source, String target) {
        if (source.isEmpty() || source.equals(target)) {
            return false;
        }
        if (source.endsWith(ARRAY) && target.endsWith(ARRAY)) {
            return isLossy(element(source), element(target));
        }
        Type from = Type.of(source);
        Type to = Type.of(target);
        if (LOST.getOrDefault(to.base, Set.of()).contains(from.base)) {
            return true;
        }
        if (to.base.equals("numeric") && to.first >= 0) {
            return rounds(from, Math.max(to.second, 0));
        }
        if (to.base.equals("money")) {
            return rounds(from, CENTS);
        }
        if (to.base.equals("name")) {
            boolean isShort = from.first >= 0 && from.first <= NAME_CHARACTERS;
            return (TEXTS.contains(from.base) || from.base.endsWith(".citext")) && !isShort;
        }
        if (to.base.equals("\"char\"")) {
            return true; // one byte is left of whatever comes
        }
        return to.isTime() && from.isTime() && to.first >= 0 && precision(from) > to.first;
    }

    private static boolean rounds(Type number, int scale) {
        return BROKEN_NUMBERS.contains(number.base) && (number.first < 0 || number.second > scale);
    }

    private static String element(String array) {
        return array.substring(0, array.length() - ARRAY.length());
    }

    private static int precision(Type time) {
        return time.first < 0 ? MICROSECONDS : time.first;
    }
}
