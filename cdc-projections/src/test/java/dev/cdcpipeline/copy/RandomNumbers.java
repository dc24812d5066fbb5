package dev.cdcpipeline.copy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

/** Random numbers, times, places and ranges of them. */
final class RandomNumbers {
    private RandomNumbers() {}

    /** Any number of at most so many bits, small ones as often as large ones. */
    static Function<Random, String> integer(int bits) {
        return dice -> String.valueOf(dice.nextLong() >> (64 - 1 - dice.nextInt(bits)));
    }

    static String numeric(Random dice) {
        return new BigDecimal(new BigInteger(dice.nextInt(300), dice), dice.nextInt(60) - 20)
                .multiply(BigDecimal.valueOf(dice.nextBoolean() ? 1 : -1))
                .toString();
    }

    /** Of {@code numeric(digits + scale, scale)}. */
    static Function<Random, String> numeric(int digits, int scale) {
        return dice -> (dice.nextBoolean() ? "-" : "") + BigDecimal.valueOf(dice.nextInt((int) Math.pow(10, digits)))
                + "." + String.format(Locale.ROOT, "%0" + scale + "d", dice.nextInt((int) Math.pow(10, scale)));
    }

    static String real(Random dice) {
        return String.valueOf(Float.intBitsToFloat(dice.nextInt()));
    }

    static String doublePrecision(Random dice) {
        return String.valueOf(Double.longBitsToDouble(dice.nextLong()));
    }

    static String money(Random dice) {
        long cents = dice.nextLong() >> dice.nextInt(64);
        return BigDecimal.valueOf(cents, 2).toString();
    }

    static String date(Random dice) {
        boolean usual = dice.nextInt(4) > 0;
        LocalDate day = LocalDate.of(usual ? 1890 + dice.nextInt(200) : dice.nextInt(290_000) - 4700, 1, 1)
                .plusDays(dice.nextInt(365));
        int year = day.getYear();
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d%s",
                year > 0 ? year : 1 - year,
                day.getMonthValue(),
                day.getDayOfMonth(),
                year > 0 ? "" : " BC");
    }

    static String time(Random dice) {
        return String.format(
                        Locale.ROOT,
                        "%02d:%02d:%02d.%06d",
                        dice.nextInt(24),
                        dice.nextInt(60),
                        dice.nextInt(60),
                        dice.nextInt(1_000_000))
                .substring(0, dice.nextBoolean() ? 15 : 8);
    }

    static String zoned(Random dice) {
        return time(dice)
                + String.format(
                        Locale.ROOT,
                        "%s%02d:%02d:%02d",
                        dice.nextBoolean() ? "+" : "-",
                        dice.nextInt(16),
                        dice.nextInt(60),
                        dice.nextInt(3) == 0 ? dice.nextInt(60) : 0);
    }

    static String timestamp(Random dice) {
        return withTime(date(dice), time(dice));
    }

    static String timestamptz(Random dice) {
        return withTime(date(dice), time(dice) + (dice.nextBoolean() ? "+00" : "-07:30"));
    }

    private static String withTime(String date, String time) {
        return date.endsWith(" BC") ? date.replace(" BC", " " + time + " BC") : date + " " + time;
    }

    static String interval(Random dice) {
        return (dice.nextInt(20) - 10) + " years " + (dice.nextInt(24) - 12) + " mons " + (dice.nextInt(1000) - 500)
                + " days " + (dice.nextBoolean() ? "-" : "") + dice.nextInt(200) + ":"
                + time(dice).substring(3);
    }

    static String point(Random dice) {
        return "(" + coordinate(dice) + "," + coordinate(dice) + ")";
    }

    static String coordinate(Random dice) {
        return switch (dice.nextInt(10)) {
            case 0 -> "-0";
            case 1 -> "0.1";
            case 2 -> "1e300";
            default -> String.valueOf(dice.nextInt(1000) / 8.0 - 60);
        };
    }

    static String points(Random dice) {
        StringBuilder points = new StringBuilder(point(dice));
        for (int i = dice.nextInt(5); i > 0; i--) {
            points.append(',').append(point(dice));
        }
        return points.toString();
    }

    static String inet(Random dice) {
        return dice.nextBoolean() ? v4(dice) + "/" + dice.nextInt(33) : v6(dice) + "/" + dice.nextInt(129);
    }

    static String cidr(Random dice) {
        return dice.nextBoolean()
                ? dice.nextInt(256) + "." + dice.nextInt(256) + ".0.0/" + (16 + dice.nextInt(17))
                : "2001:db8:" + Integer.toHexString(dice.nextInt(65536)) + "::/" + (48 + dice.nextInt(81));
    }

    private static String v4(Random dice) {
        return dice.nextInt(256) + "." + dice.nextInt(256) + "." + dice.nextInt(256) + "." + dice.nextInt(256);
    }

    private static String v6(Random dice) {
        return dice.nextBoolean() ? "::ffff:" + v4(dice) : "fe80::" + Integer.toHexString(dice.nextInt(65536)) + ":1";
    }

    static Function<Random, String> mac(int bytes) {
        return dice -> {
            StringBuilder mac = new StringBuilder();
            for (int i = 0; i < bytes; i++) {
                mac.append(i == 0 ? "" : ":").append(String.format(Locale.ROOT, "%02x", dice.nextInt(256)));
            }
            return mac.toString();
        };
    }

    static String lsn(Random dice) {
        return String.format(Locale.ROOT, "%X/%X", dice.nextInt(), dice.nextInt());
    }

    /** A range of bounds that are quoted, whichever is the lower one; empty and infinite ones too. */
    static Function<Random, String> range(Function<Random, String> bound, java.util.Comparator<String> order) {
        return dice -> {
            String one = bound.apply(dice);
            String other = bound.apply(dice);
            boolean ordered = order.compare(one, other) <= 0;
            String lower = dice.nextInt(5) == 0 ? "" : RandomText.quoted(ordered ? one : other);
            String upper = dice.nextInt(5) == 0 ? "" : RandomText.quoted(ordered ? other : one);
            return (dice.nextBoolean() ? "[" : "(") + lower + "," + upper + (dice.nextBoolean() ? "]" : ")");
        };
    }

    static Function<Random, String> multirange(Function<Random, String> range) {
        return dice -> {
            StringBuilder ranges = new StringBuilder("{");
            for (int i = dice.nextInt(4); i > 0; i--) {
                ranges.append(ranges.length() > 1 ? "," : "").append(range.apply(dice));
            }
            return ranges.append('}').toString();
        };
    }
}
