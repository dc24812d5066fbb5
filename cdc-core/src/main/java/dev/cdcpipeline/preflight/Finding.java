package dev.cdcpipeline.preflight;

import java.util.Optional;

/**
 * One thing that is wrong at a source.
 *
 * @param kind what kind of thing
 * @param shard the shard's name
 * @param severity what it means; usually that of the kind
 * @param message what was found, with the LSNs in words
 * @param remedy what to do
 * @param storedLsn the LSN that is stored here, in PostgreSQL's form, where one plays a part
 * @param sourceLsn the LSN of the server or the slot that it was compared with
 */
public record Finding(
        FindingKind kind,
        String shard,
        Severity severity,
        String message,
        String remedy,
        Optional<String> storedLsn,
        Optional<String> sourceLsn) {

    /** A finding without LSNs, of its kind's own severity. */
    public static Finding of(FindingKind kind, String shard, String message, String remedy) {
        return new Finding(kind, shard, kind.severity(), message, remedy, Optional.empty(), Optional.empty());
    }

    /** A finding that compares two LSNs, of its kind's own severity. */
    public static Finding of(
            FindingKind kind, String shard, String message, String remedy, String storedLsn, String sourceLsn) {
        return new Finding(
                kind, shard, kind.severity(), message, remedy, Optional.of(storedLsn), Optional.of(sourceLsn));
    }

    /** The same with another severity. */
    public Finding as(Severity other) {
        return new Finding(kind, shard, other, message, remedy, storedLsn, sourceLsn);
    }

    /** The form that stores keep, one line of JSON. */
    public String toText() {
        return FindingText.write(this);
    }

    /**
     * Reads the form that stores keep.
     *
     * @throws IllegalArgumentException if it is not such a form
     */
    public static Finding parse(String text) {
        return FindingText.read(text);
    }

    /** Message and remedy. */
    public String text() {
        return remedy.isEmpty() ? message : message + "; " + remedy;
    }
}
