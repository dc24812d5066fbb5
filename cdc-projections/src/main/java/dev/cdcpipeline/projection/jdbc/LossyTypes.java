package dev.cdcpipeline.projection.jdbc;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Columns that would take a value and keep another without an error: PostgreSQL rounds numbers and times to a column's precision,
 * and cuts the time off a timestamp. Texts and bits that are too long are errors, and need not be known here.
 */
final class LossyTypes {
    private static final Pattern TYPE =
            Pattern.compile("([a-z ]+?)(?:\\((-?\\d+)(?:,(-?\\d+))?\\))?( with(?:out)? time zone)?");
    private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint", "oid");
    private static final int MICROSECONDS = 6;
    /** However many dimensions it was declared with. */
    private static final String ARRAY = "[]";

    /** What each type would lose of others, whatever their precision. */
    private static final Map<String, Set<String>> LOST = Map.of(
            "real", Set.of("double precision", "numeric", "integer", "bigint"),
            "double precision", Set.of("numeric", "bigint"),
            "date", Set.of("timestamp without time zone", "timestamp with time zone"),
            "timestamp without time zone", Set.of("timestamp with time zone"),
            "time without time zone", Set.of("time with time zone", "timestamp without time zone"));

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
        if (to.base.equals("numeric") && to.first >= 0 && !INTEGERS.contains(from.base)) {
            boolean number =
                    from.base.equals("numeric") || from.base.equals("real") || from.base.equals("double precision");
            return number && (from.first < 0 || from.second > Math.max(to.second, 0));
        }
        return to.isTime() && from.isTime() && to.first >= 0 && precision(from) > to.first;
    }

    private static String element(String array) {
        return array.substring(0, array.length() - ARRAY.length());
    }

    private static int precision(Type time) {
        return time.first < 0 ? MICROSECONDS : time.first;
    }
}
