package dev.cdcpipeline.target;

/**
 * What one step through dead letters has come to.
 *
 * @param last the number of the last letter that was looked at; the next step begins after it
 * @param done letters that were replayed or discarded
 * @param failed letters that failed again
 * @param waiting letters that stay because one before them does
 * @param more whether there may be letters after {@code last}
 */
public record LetterStep(long last, long done, long failed, long waiting, boolean more) {}
