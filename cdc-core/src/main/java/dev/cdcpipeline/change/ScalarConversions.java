package dev.cdcpipeline.change;

import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Conversions of single values: the same class, numbers widened, and the few others that lose nothing. */
final class ScalarConversions {

    private ScalarConversions() {}

    /** From values of a class to a component's; null if there is none. */
    static @Nullable Function<Object, @Nullable Object> find(@Nullable Class<?> declared, Class<?> valueClass) {
        if (declared == null) {
            return null;
        }
        Class<?> target = MethodType.methodType(declared).wrap().returnType();
        if (target.isAssignableFrom(valueClass)) {
            return value -> value;
        }
        if (Number.class.isAssignableFrom(valueClass)) {
            return widening(target, valueClass);
        }
        if (target == Instant.class && valueClass == OffsetDateTime.class) {
            return value -> ((OffsetDateTime) value).toInstant();
        }
        if (valueClass == Interval.class) {
            return interval(target);
        }
        return target.isEnum() && valueClass == String.class ? labels(target) : null;
    }

    private static @Nullable Function<Object, @Nullable Object> widening(Class<?> target, Class<?> valueClass) {
        boolean small = valueClass == Short.class;
        boolean integer = small || valueClass == Integer.class;
        if (target == Integer.class && small) {
            return value -> ((Number) value).intValue();
        }
        if (target == Long.class && integer) {
            return value -> ((Number) value).longValue();
        }
        if (target == BigDecimal.class && (integer || valueClass == Long.class)) {
            return value -> BigDecimal.valueOf(((Number) value).longValue());
        }
        if (target == Double.class && valueClass == Float.class) {
            return value -> ((Number) value).doubleValue();
        }
        return null;
    }

    private static @Nullable Function<Object, @Nullable Object> interval(Class<?> target) {
        if (target == Duration.class) {
            return value -> duration((Interval) value);
        }
        return target == Period.class ? value -> period((Interval) value) : null;
    }

    private static Duration duration(Interval interval) {
        if (interval.months() != 0 || interval.days() != 0) {
            throw Misfit.ofValue("an interval with months or days has no fixed Duration; use Interval");
        }
        return Duration.of(interval.microseconds(), ChronoUnit.MICROS);
    }

    private static Period period(Interval interval) {
        if (interval.microseconds() != 0) {
            throw Misfit.ofValue("an interval with a part below a day is no Period; use Interval");
        }
        return Period.of(interval.months() / 12, interval.months() % 12, interval.days());
    }

    /** A label is matched by the constant's name, else by its upper-case form with {@code _} for other characters. */
    private static Function<Object, @Nullable Object> labels(Class<?> target) {
        Map<String, Object> byLabel = new HashMap<>();
        for (Object constant : target.getEnumConstants()) {
            byLabel.put(((Enum<?>) constant).name(), constant);
        }
        return value -> {
            String label = (String) value;
            Object constant = byLabel.get(label);
            if (constant == null) {
                constant = byLabel.get(label.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_"));
            }
            if (constant == null) {
                throw Misfit.ofValue("no constant of " + target.getName() + " for label '" + label + "'");
            }
            return constant;
        };
    }
}
