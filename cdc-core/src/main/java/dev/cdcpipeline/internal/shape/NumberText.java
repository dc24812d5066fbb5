package dev.cdcpipeline.internal.shape;

import java.math.BigDecimal;

/** Texts of numeric, money and boolean. */
final class NumberText {

    private NumberText() {}

    static BigDecimal numeric(String text) {
        char last = text.charAt(text.length() - 1);
        if (last == 'N' || last == 'y') {
            throw Unreadable.word("numeric", text, "BigDecimal");
        }
        return new BigDecimal(text);
    }

    /** As lc_monetary C writes it, {@code -$1,234.56}, or as a plain number. */
    static BigDecimal money(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.' -> plain.append(c);
                case '-', '(' -> plain.insert(0, '-');
                case '$', ',', ')' -> {
                    // Only for the eye.
                }
                default -> throw new IllegalArgumentException("another lc_monetary");
            }
        }
        return new BigDecimal(plain.toString());
    }

    static Boolean bool(String text) {
        return switch (text) {
            case "t", "true" -> Boolean.TRUE;
            case "f", "false" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }
}
