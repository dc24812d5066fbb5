package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.LetterChange;
import dev.cdcpipeline.deadletter.LetterError;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.dispatch.Records;
import dev.cdcpipeline.internal.dispatch.RowChange;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LetterLogTest {
    private static final String WHO = "[db0] target 't'";
    private static final RowChange CHANGE =
            Records.change(Records.ORDERS, Operation.UPDATE, 77, 1, "4711", "ann's secret", 10);

    private final List<String> lines = new ArrayList<>();
    private long now;
    private final LetterLog log = new LetterLog(WHO, lines::add, () -> now);

    @Test
    void a_parked_change_is_told_with_its_place_and_its_error_but_no_value() {
        log.parked(failed(
                WHO + " projection 'p' failed at UPDATE of public.orders id=4711: bad \"ann's secret\" in 47110\n"
                        + "Detail: (4711)"));

        assertThat(lines)
                .containsExactly(WHO + " projection 'p': parked UPDATE public.orders at " + CHANGE.position()
                        + ", transaction 77, after 3 tries: java.sql.SQLException: failed at UPDATE of public.orders id=***:"
                        + " bad \"***\" in 47110");
    }

    @Test
    void ten_thousand_letters_are_a_few_lines_and_a_number() {
        for (int i = 0; i < 10_000; i++) {
            log.parked(failed("x"));
        }
        log.tick(10_000);
        assertThat(lines).hasSize(LetterLog.EACH);

        now = TimeUnit.MINUTES.toNanos(1);
        log.tick(10_000);
        assertThat(lines).hasSize(LetterLog.EACH + 1);
        assertThat(lines.get(LetterLog.EACH))
                .isEqualTo(
                        WHO
                                + ": 9990 more changes were parked, 0 discarded, since the minute before; 10000 are parked now");

        log.parked(failed("x"));
        assertThat(lines).as("the next minute begins anew").hasSize(LetterLog.EACH + 2);
    }

    @Test
    void changes_behind_others_are_only_counted() {
        log.parked(NewLetter.behind("p", LetterChange.of(CHANGE), LetterKeys.of(CHANGE)));
        now = TimeUnit.MINUTES.toNanos(1);
        log.tick(2);

        assertThat(lines).singleElement().asString().contains("1 more changes were parked");
    }

    @Test
    void what_is_discarded_or_cut_is_told_with_the_reason() {
        log.discarded("p", "the table was truncated");
        log.discarded("p", "the table was truncated");
        log.cut("p", 12);
        log.tick(0);

        assertThat(lines)
                .containsExactly(
                        WHO + " projection 'p': 12 dead letters were cut by the retention",
                        WHO + " projection 'p': 2 parked changes were discarded (the table was truncated)");
    }

    @Test
    void nothing_is_said_of_a_minute_in_which_nothing_happened() {
        now = TimeUnit.MINUTES.toNanos(5);
        log.tick(3);

        assertThat(lines).isEmpty();
    }

    @Test
    void a_letter_shows_no_value_of_its_row() {
        assertThat(failed("ann's secret").toString()).doesNotContain("ann", "4711");
        assertThat(failed("ann's secret").error().toString()).doesNotContain("ann");
    }

    private static NewLetter failed(String message) {
        return new NewLetter(
                "p",
                LetterChange.of(CHANGE),
                LetterKeys.of(CHANGE),
                3,
                Optional.of(LetterError.of(new CdcException(message, new SQLException("x")))),
                Instant.EPOCH,
                Optional.empty());
    }
}
