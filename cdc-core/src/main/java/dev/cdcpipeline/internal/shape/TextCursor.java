package dev.cdcpipeline.internal.shape;

/** Goes through a text from left to right. What it does not find there is an IllegalArgumentException. */
final class TextCursor {
    private static final int MOST_DIGITS = 18;

    private final String text;
    private final int end;
    private int at;

    TextCursor(String text) {
        this(text, text.length());
    }

    TextCursor(String text, int end) {
        this.text = text;
        this.end = end;
    }

    boolean isAtEnd() {
        return at == end;
    }

    /** @throws IllegalArgumentException at the end */
    char peek() {
        if (at == end) {
            throw unexpected();
        }
        return text.charAt(at);
    }

    char next() {
        char c = peek();
        at++;
        return c;
    }

    boolean skip(char c) {
        if (at < end && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    boolean skip(String word) {
        if (text.startsWith(word, at) && at + word.length() <= end) {
            at += word.length();
            return true;
        }
        return false;
    }

    void expect(char c) {
        if (!skip(c)) {
            throw unexpected();
        }
    }

    void expectEnd() {
        if (at != end) {
            throw unexpected();
        }
    }

    /** Digits without a sign. */
    long number() {
        int first = at;
        long number = 0;
        while (at < end && isDigit(text.charAt(at))) {
            number = number * 10 + (text.charAt(at++) - '0');
        }
        if (at == first || at - first > MOST_DIGITS) {
            throw unexpected();
        }
        return number;
    }

    int smallNumber() {
        long number = number();
        if (number > Integer.MAX_VALUE) {
            throw unexpected();
        }
        return (int) number;
    }

    /** A fraction of a second, if there is one, in nanoseconds. */
    int nanos() {
        if (!skip('.')) {
            return 0;
        }
        int first = at;
        long fraction = number();
        int digits = at - first;
        for (int i = digits; i < 9; i++) {
            fraction *= 10;
        }
        if (digits > 9) {
            throw unexpected();
        }
        return (int) fraction;
    }

    /** What stands between a place and this one, without its last characters. */
    String since(int place, int without) {
        return text.substring(place, at - without);
    }

    int place() {
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static IllegalArgumentException unexpected() {
        return new IllegalArgumentException("not the text of such a value");
    }
}
