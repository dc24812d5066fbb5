package dev.cdcpipeline.deadletter;

import java.util.Map;

/** Dead letters as JSON, for stores that keep them so, and for export. Nothing is lost: values are PostgreSQL's own texts. */
public final class LetterJson {
    private LetterJson() {}

    /**
     * A row as an object of texts by column, in the order of the columns: null is SQL NULL, and an object with {@code unchanged}
     * stands for a value that the source did not send.
     */
    public static String row(LetterRow row) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads {@link #row}.
     *
     * @param types SQL types by column, as {@link #types(String)} gives them
     * @throws IllegalArgumentException if it is not such an object
     */
    public static LetterRow row(String json, Map<String, String> types) {
        throw new UnsupportedOperationException();
    }

    /** The SQL types of all columns of a change's rows, as an object. */
    public static String types(LetterChange change) {
        throw new UnsupportedOperationException();
    }

    /** Reads {@link #types(LetterChange)}. */
    public static Map<String, String> types(String json) {
        throw new UnsupportedOperationException();
    }

    /** All that is known of a letter, as an object in one line, without a line feed at its end. */
    public static String line(DeadLetter letter) {
        throw new UnsupportedOperationException();
    }
}
