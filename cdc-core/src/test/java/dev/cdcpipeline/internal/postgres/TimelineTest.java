package dev.cdcpipeline.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final String HISTORY = """
            # a comment
            1\t0/67B7BF0\tno recovery target specified

            2\t1/A0\tbefore 2026-11-20 10:00:00+00
            """;

    @Test
    void a_history_file_says_where_each_timeline_was_left() {
        assertThat(Timeline.switchPoint(1, HISTORY)).hasValue(Lsn.parse("0/67B7BF0"));
        assertThat(Timeline.switchPoint(2, HISTORY)).hasValue(Lsn.parse("1/A0"));
    }

    @Test
    void a_timeline_that_is_no_ancestor_is_not_found() {
        assertThat(Timeline.switchPoint(3, HISTORY)).isEmpty();
        assertThat(Timeline.switchPoint(1, "")).isEmpty();
    }
}
