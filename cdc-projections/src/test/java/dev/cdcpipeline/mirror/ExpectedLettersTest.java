package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.mirror.Reference.Line;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectedLettersTest {
    private static final Poison EVEN = new Poison(2);

    @Test
    void a_violator_and_what_follows_for_its_row_is_parked() {
        ExpectedLetters expected = ExpectedLetters.of(
                lines("CREATE a 1 2", "CREATE a 3 3", "UPDATE a 1 4", "UPDATE a 3 4", "CREATE b 3 4", "DELETE a 3"),
                EVEN);

        assertThat(expected.letters())
                .containsExactly("failed CREATE a 3 3", "behind UPDATE a 3 4", "behind DELETE a 3");
        assertThat(expected.applied()).containsExactly("CREATE a 1 2", "UPDATE a 1 4", "CREATE b 3 4");
    }

    @Test
    void the_halves_of_a_key_change_follow_each_other_and_park_both_rows() {
        List<Line> lines =
                lines("CREATE a 1 2", "CREATE a 3 2", "DELETE a 1", "CREATE a 2 2", "DELETE a 3", "CREATE a 1 2");
        join(lines, 2);
        join(lines, 4);

        assertThat(ExpectedLetters.of(lines, EVEN).letters())
                .containsExactly(
                        "failed DELETE a 1", "failed CREATE a 2 2", "behind DELETE a 3", "behind CREATE a 1 2");
    }

    private static List<Line> lines(String... changes) {
        List<Line> lines = new ArrayList<>();
        for (String change : changes) {
            lines.add(new Line(lines.size(), lines.size(), change));
        }
        return lines;
    }

    private static void join(List<Line> lines, int first) {
        Line second = lines.get(first + 1);
        lines.set(first + 1, new Line(lines.get(first).lsn(), second.commit(), second.change()));
    }
}
