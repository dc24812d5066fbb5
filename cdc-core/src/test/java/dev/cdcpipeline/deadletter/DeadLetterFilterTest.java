package dev.cdcpipeline.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import org.junit.jupiter.api.Test;

class DeadLetterFilterTest {
    private static final TableName ORDERS = TableName.parse("shop.\"Ord ers\"");

    @Test
    void a_filter_is_read_as_it_was_written() {
        for (DeadLetterFilter filter : new DeadLetterFilter[] {
            DeadLetterFilter.all(),
            DeadLetterFilter.all().discarded(),
            DeadLetterFilter.ids("read-model", 7L, 1L << 40),
            DeadLetterFilter.all()
                    .target("t \"1\"")
                    .projection("v'\\")
                    .shard("db0")
                    .key(ORDERS, "ключ #1:x", null, "")
                    .error("check \n constraint")
        }) {
            assertThat(DeadLetterFilter.parse(filter.text())).isEqualTo(filter);
            assertThat(filter.text()).doesNotContain("\n");
        }
    }

    @Test
    void numbers_are_those_of_a_target() {
        assertThatThrownBy(() -> DeadLetterFilter.parse("{\"ids\":[1],\"state\":\"PARKED\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name the target");
    }

    @Test
    void no_numbers_do_not_mean_every_letter() {
        assertThatThrownBy(() -> DeadLetterFilter.ids("read-model"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no numbers");
    }

    @Test
    void what_is_no_filter_is_refused() {
        assertThatThrownBy(() -> DeadLetterFilter.parse("{"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a filter");
    }
}
