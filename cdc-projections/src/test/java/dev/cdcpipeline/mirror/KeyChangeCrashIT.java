package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * An update of the key comes as two records, a delete and a create, at one place of the log. Here every record is a batch of its
 * own and every change a piece of its own, which is where a large transaction could be cut. One row has a value so large that the
 * source leaves it out of the create because it did not change: the view must still have it.
 */
class KeyChangeCrashIT {
    private static final int LOADED = 2;

    @Test
    void an_update_of_the_key_is_whole_when_the_process_is_killed_between_its_delete_and_its_create() {
        try (Mirror mirror = new Mirror().with("batchSize", 1).with("maxTransactionRows", 1)) {
            mirror.source().execute("alter table a alter column val set storage external");
            mirror.startLoaded().kill9();
            mirror.source().execute("insert into a values (1, 'one', 1), (2, repeat('two', 10000), 2)");
            mirror.crashAt(MirrorMain.APPLIED, LOADED);
            mirror.source().execute("update a set id = id + 10, n = n + 10");

            for (int id = 1; id <= 2; id++) {
                List<String> before = keys(mirror);
                mirror.crashAt(MirrorMain.IN_TRANSACTION, 2);
                assertThat(keys(mirror)).as("killed in the transaction").isEqualTo(before);
                mirror.crashAt(MirrorMain.ACKNOWLEDGED, 2 * id);
                assertThat(keys(mirror)).as("killed between the two records").isEqualTo(before);
                mirror.crashAt(MirrorMain.APPLIED, 1);
                assertThat(keys(mirror))
                        .as("killed after both")
                        .doesNotContain("" + id)
                        .contains("" + (id + 10));
            }

            mirror.start();
            mirror.awaitApplied();
            assertThat(mirror.applied().stream().map(KeyChangeCrashIT::withoutValue))
                    .containsExactly(
                            "CREATE a 1", "CREATE a 2", "DELETE a 1", "CREATE a 11", "DELETE a 2", "CREATE a 12");
            mirror.assertNothingAppliedTwice();
            mirror.assertViewsEqualSources();
        }
    }

    private static List<String> keys(Mirror mirror) {
        return mirror.readModel().queryStrings("select id::text from a_view order by id").stream()
                .map(String::valueOf)
                .toList();
    }

    private static String withoutValue(String change) {
        String[] words = change.split(" ");
        return words[0] + " " + words[1] + " " + words[2];
    }
}
