package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowFactory;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Applies letters of the home database again, one after the other, each with the offset where it is, and removes it then. */
final class HomeReplay {
    /** Each is a write of the target and one of the home database: no more than the stream can wait for. */
    static final int MOST = 50;

    private final TargetSession session;
    private final HomeLetterBox box;
    private final RowFactory rows;
    private final FailureTable failures;

    HomeReplay(TargetSession session, HomeLetterBox box, RowFactory rows, FailureTable failures) {
        this.session = session;
        this.box = box;
        this.rows = rows;
        this.failures = failures;
    }

    LetterStep replay(DeadLetterFilter filter, long after, int most) {
        List<DeadLetter> page = withSecondHalves(box.page(filter, after, Math.min(most, MOST)));
        Step step = new Step(page, box.waiting(page));
        for (int i = 0; i < page.size(); ) {
            boolean halves = i + 1 < page.size() && page.get(i + 1).isSecondHalfOf(page.get(i));
            int end = i + (halves ? 2 : 1);
            step.take(page.subList(i, end));
            i = end;
        }
        return step.result(after, !page.isEmpty());
    }

    /** The two halves of an update of a key are applied together, also where a page ends between them. */
    private List<DeadLetter> withSecondHalves(List<DeadLetter> page) {
        List<DeadLetter> whole = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            DeadLetter letter = page.get(i);
            whole.add(letter);
            boolean isAlone = i + 1 == page.size() || !page.get(i + 1).isSecondHalfOf(letter);
            if (isAlone
                    && letter.change().operation() == Operation.DELETE
                    && letter.keys().size() > 1) {
                box.page(DeadLetterFilter.all(), letter.id(), 1).stream()
                        .filter(next -> next.isSecondHalfOf(letter))
                        .forEach(whole::add);
            }
        }
        return whole;
    }

    private Change<Row> change(DeadLetter letter) {
        return letter.change().toChange(rows);
    }

    /** What has come of the letters of a page. */
    private final class Step {
        private final List<DeadLetter> page;
        private final Set<Long> behindOthers;
        private final Set<String> staying = new HashSet<>();
        private long done;
        private long failed;
        private long waiting;

        Step(List<DeadLetter> page, Set<Long> behindOthers) {
            this.page = page;
            this.behindOthers = behindOthers;
        }

        LetterStep result(long after, boolean more) {
            long last = page.isEmpty() ? after : page.get(page.size() - 1).id();
            return new LetterStep(last, done, failed, waiting, more);
        }

        void take(List<DeadLetter> letters) {
            if (letters.stream().anyMatch(this::waits)) {
                waiting += letters.size();
                stay(letters);
                return;
            }
            Offset now = session.offset().orElseThrow();
            DeadLetter first = letters.get(0);
            if (isTruncate(first)) {
                box.truncating(first.change().source().table(), letter -> letter.id() < first.id());
            }
            try {
                session.apply(
                        new ChangeBatch(
                                letters.stream().map(HomeReplay.this::change).toList()),
                        now);
            } catch (FencedException | OffsetLostException e) {
                throw e;
            } catch (RuntimeException e) {
                if (failures.kindOf(e) == FailureKind.TRANSIENT) {
                    throw e;
                }
                session.recover();
                box.failedAgain(letters, e);
                failed += letters.size();
                stay(letters);
                return;
            }
            box.replayed(letters);
            done += letters.size();
        }

        private boolean waits(DeadLetter letter) {
            if (isAhead(letter)) {
                return true;
            }
            if (isTruncate(letter)) {
                return false; // what is parked before it is discarded with it
            }
            return behindOthers.contains(letter.id())
                    || staying.contains(
                            LetterKeys.wholeTable(letter.change().source().table()))
                    || letter.keys().stream().anyMatch(staying::contains);
        }

        /** Was stored, but the offset has not come past it: its change comes again, and would be applied a second time. */
        private boolean isAhead(DeadLetter letter) {
            Position position = letter.change().source().position();
            return letter.change().operation() != Operation.READ
                    && position.compareTo(session.offset().orElseThrow().position()) > 0;
        }

        private void stay(List<DeadLetter> letters) {
            letters.forEach(letter -> staying.addAll(letter.keys()));
        }
    }

    private static boolean isTruncate(DeadLetter letter) {
        return letter.change().operation() == Operation.TRUNCATE;
    }
}
