package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.RejectedChange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** Scores of sorted sets, which are doubles in Redis. */
final class Scores {

    private Scores() {}

    /**
     * The score as Redis reads it.
     *
     * @throws RejectedChange if a double cannot hold it, or it is of a class that is no score
     */
    static String text(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return text(((Number) value).doubleValue());
        }
        return exact(decimal(value), value);
    }

    private static BigDecimal decimal(Object value) {
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value instanceof BigInteger number) {
            return new BigDecimal(number);
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        return milliseconds(instant(value));
    }

    private static Instant instant(Object value) {
        if (value instanceof Instant instant) {
            return instant;
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof ZonedDateTime time) {
            return time.toInstant();
        }
        if (value instanceof LocalDateTime time) {
            return time.toInstant(ZoneOffset.UTC);
        }
        if (value instanceof LocalDate date) {
            return date.atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        throw new RejectedChange("a " + value.getClass().getName() + " is no score; give a number or a date");
    }

    private static BigDecimal milliseconds(Instant instant) {
        return BigDecimal.valueOf(instant.getEpochSecond())
                .movePointRight(3)
                .add(BigDecimal.valueOf(instant.getNano(), 6));
    }

    private static String exact(BigDecimal wanted, Object value) {
        double score = wanted.doubleValue();
        if (Double.isInfinite(score) || BigDecimal.valueOf(score).compareTo(wanted) != 0) {
            throw new RejectedChange("a score is a double in Redis, which cannot hold this "
                    + value.getClass().getSimpleName() + " exactly; round it, or use another score");
        }
        return text(score);
    }

    private static String text(double score) {
        if (Double.isNaN(score)) {
            throw new RejectedChange("NaN is no score");
        }
        if (Double.isInfinite(score)) {
            return score > 0 ? "+inf" : "-inf";
        }
        return Double.toString(score);
    }
}
