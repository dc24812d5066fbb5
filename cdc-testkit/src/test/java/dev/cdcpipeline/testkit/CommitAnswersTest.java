package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CommitAnswersTest {
    private static final byte[] ANSWER = bytes("2\0\0\0\4C\0\0\0\13COMMIT\0Z\0\0\0\5I");

    @Test
    void an_answer_is_found_wherever_it_is_cut() {
        for (int cut = 0; cut <= ANSWER.length; cut++) {
            CommitAnswers answers = new CommitAnswers();
            boolean first = answers.endIn(ANSWER, cut);
            byte[] rest = Arrays.copyOfRange(ANSWER, cut, ANSWER.length);

            assertThat(first ^ answers.endIn(rest, rest.length))
                    .as("cut at " + cut)
                    .isTrue();
        }
    }

    @Test
    void each_answer_counts_once() {
        CommitAnswers answers = new CommitAnswers();

        assertThat(answers.endIn(ANSWER, ANSWER.length)).isTrue();
        assertThat(answers.endIn(ANSWER, ANSWER.length)).isTrue();
        assertThat(answers.endIn(new byte[100], 100)).isFalse();
    }

    @Test
    void what_only_looks_like_the_beginning_of_an_answer_does_not_hide_one() {
        byte[] bytes = bytes("CC\0\0\0\13C\0\0\0\13COMMIT\0");

        assertThat(new CommitAnswers().endIn(bytes, bytes.length)).isTrue();
    }

    @Test
    void a_rollback_is_no_commit() {
        byte[] bytes = bytes("C\0\0\0\15ROLLBACK\0Z\0\0\0\5I");

        assertThat(new CommitAnswers().endIn(bytes, bytes.length)).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
