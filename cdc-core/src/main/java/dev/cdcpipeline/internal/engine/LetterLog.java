package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.deadletter.NewLetter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Says what becomes of changes that fail: the first {@value #EACH} of a minute one by one, the rest as a number. Never says a
 * value of a row. For one thread.
 */
final class LetterLog {
    static final int EACH = 10;
    private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

    private final String who;
    private final Consumer<String> warn;
    private final LongSupplier nanos;
    private final Map<String, Map<String, Integer>> reasons = new TreeMap<>();
    private long begun;
    private int told;
    private long parked;
    private long discarded;

    /**
     * @param warn where lines go
     * @param nanos the time, as {@link System#nanoTime} tells it
     */
    LetterLog(String who, Consumer<String> warn, LongSupplier nanos) {
        this.who = who;
        this.warn = warn;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /** A change that waits behind another says nothing new, and is only counted. */
    void parked(NewLetter letter) {
        if (letter.error().isPresent() && mayTell()) {
            warn(letter.projection(), "parked " + LetterText.of(letter, who));
        } else {
            parked++;
        }
    }

    void discarded(NewLetter letter, String reason) {
        if (mayTell()) {
            warn(letter.projection(), "discarded (" + reason + ") " + LetterText.of(letter, who));
        } else {
            discarded++;
        }
    }

    /** Of a letter that was parked; told with all others of the same reason. */
    void discarded(String projection, String reason) {
        reasons.computeIfAbsent(projection, name -> new TreeMap<>()).merge(reason, 1, Integer::sum);
    }

    void cut(String projection, long letters) {
        warn(projection, letters + " dead letters were cut by the retention");
    }

    private void warn(String projection, String what) {
        warn.accept(who + " projection '" + projection + "': " + what);
    }

    private boolean mayTell() {
        return told++ < EACH;
    }

    /** Comes again and again, after each batch; at the end of a minute, says what was not said in it. */
    void tick(long open) {
        reasons.forEach((projection, letters) -> letters.forEach(
                (reason, count) -> warn(projection, count + " parked changes were discarded (" + reason + ")")));
        reasons.clear();
        if (nanos.getAsLong() - begun < WINDOW) {
            return;
        }
        if (parked > 0 || discarded > 0) {
            warn.accept(who + ": " + parked + " more changes were parked, " + discarded
                    + " discarded, since the minute before; " + open + " are parked now");
        }
        begun = nanos.getAsLong();
        told = 0;
        parked = 0;
        discarded = 0;
    }
}
