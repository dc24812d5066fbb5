package dev.cdcpipeline.deadletter;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Why a change was put aside.
 *
 * @param type the class of what was thrown, at the end of the chain of causes
 * @param message what our own exception says: who, what, and what to do; its first 16,000 characters
 * @param stack the stack trace with its causes, its first 16,000 characters
 */
public record LetterError(String type, String message, String stack) {
    private static final int MAX_LENGTH = 16_000;
    private static final int MAX_CAUSES = 20;

    /** Of a failure whose texts hold no secret any more. */
    public static LetterError of(Throwable failure) {
        StringWriter stack = new StringWriter();
        failure.printStackTrace(new PrintWriter(stack));
        return new LetterError(
                last(failure).getClass().getName(),
                storable(String.valueOf(failure.getMessage())),
                storable(stack.toString()));
    }

    /** Not too long, and without the character that PostgreSQL's texts cannot hold. */
    private static String storable(String text) {
        return text.substring(0, Math.min(text.length(), MAX_LENGTH)).replace('\u0000', ' ');
    }

    /** The class; messages may hold values of rows. */
    @Override
    public String toString() {
        return type;
    }

    private static Throwable last(Throwable failure) {
        Throwable last = failure;
        for (int i = 0; i < MAX_CAUSES && last.getCause() != null; i++) {
            last = last.getCause();
        }
        return last;
    }
}
