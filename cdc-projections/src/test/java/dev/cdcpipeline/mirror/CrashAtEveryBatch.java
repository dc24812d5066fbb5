package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A COPY writes rows that share one WAL location; a restart in the middle of them is where rows are lost or doubled. */
abstract class CrashAtEveryBatch {
    private static final int BATCH = 7;

    private final int rows;

    CrashAtEveryBatch(int rows) {
        this.rows = rows;
    }

    @Test
    void rows_of_one_copy_arrive_once_each_when_the_process_is_killed_after_every_batch_in_turn() {
        try (Mirror mirror = new Mirror().with("batchSize", BATCH).with("maxTransactionRows", BATCH)) {
            mirror.startLoaded().kill9();
            mirror.source().execute("copy a (id) from program 'seq 1 " + rows + "'");

            int crashes = 0;
            while (mirror.applied().size() < rows) {
                int before = mirror.applied().size();
                if (crashes % 8 == 7 && before < rows - BATCH) { // the last piece may be smaller than three rows
                    mirror.crashAt(MirrorMain.IN_TRANSACTION, 3);
                    assertThat(mirror.applied()).as("an open transaction").hasSize(before);
                }
                mirror.crashAt(MirrorMain.APPLIED, 1);
                assertThat(mirror.applied().size()).as("progress of each start").isGreaterThan(before);
                crashes++;
            }

            assertThat(mirror.applied())
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, rows)
                            .mapToObj(id -> "CREATE a " + id)
                            .toList());
            assertThat(crashes).isGreaterThanOrEqualTo(rows / (2 * BATCH));
            mirror.start();
            mirror.awaitApplied();
            mirror.assertNothingAppliedTwice();
            mirror.assertViewsEqualSources();
        }
    }
}
