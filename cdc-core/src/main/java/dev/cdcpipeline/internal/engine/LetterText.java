package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterRow;
import dev.cdcpipeline.deadletter.NewLetter;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is said of a letter in a log: change and error, with every value of its rows blotted out. */
final class LetterText {
    private static final int LONGEST = 500;
    private static final String NO_LETTER = "(?<![\\p{L}\\p{N}_])";
    private static final String NO_LETTER_NEXT = "(?![\\p{L}\\p{N}_])";

    private LetterText() {}

    /** @param who what the line begins with already */
    static String of(NewLetter letter, String who) {
        String change =
                letter.change() + ", transaction " + letter.change().source().transactionId();
        return letter.error()
                .map(error -> change + ", after " + letter.attempts() + " tries: " + error.type() + ": "
                        + reason(error, letter, who))
                .orElse(change);
    }

    private static String reason(LetterError error, NewLetter letter, String who) {
        String ours = who + " projection '" + letter.projection() + "' ";
        String message = error.message();
        String without = message.startsWith(ours) ? message.substring(ours.length()) : message;
        String line = blotOut(without, letter.change()).lines().findFirst().orElse("");
        return line.substring(0, Math.min(line.length(), LONGEST));
    }

    /** The longest values first, so that no part of one is left. */
    private static String blotOut(String text, LetterChange change) {
        String blotted = text;
        for (String value : values(change).stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            if (blotted.contains(value)) {
                blotted = Pattern.compile(NO_LETTER + Pattern.quote(value) + NO_LETTER_NEXT)
                        .matcher(blotted)
                        .replaceAll(Matcher.quoteReplacement("***"));
            }
        }
        return blotted;
    }

    private static Set<String> values(LetterChange change) {
        return Stream.of(change.key(), change.previousKey(), change.before(), change.after())
                .filter(Objects::nonNull)
                .map(LetterRow::texts)
                .flatMap(texts -> texts.stream().filter(Objects::nonNull))
                .filter(value -> !value.isBlank())
                .collect(Collectors.toSet());
    }
}
