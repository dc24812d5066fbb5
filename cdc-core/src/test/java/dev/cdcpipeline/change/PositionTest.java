package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
    private static final List<Position> IN_ORDER = List.of(
            Position.boundary(0),
            new Position(0, 0, 0),
            new Position(0, 5, 0),
            Position.boundary(7),
            new Position(7, 3, 0),
            new Position(7, 3, 1),
            new Position(7, 4, 0),
            new Position(7, -1, 0),
            Position.boundary(Long.MAX_VALUE),
            Position.boundary(Long.MIN_VALUE),
            new Position(Long.MIN_VALUE, Long.MAX_VALUE, 0),
            new Position(Long.MIN_VALUE, Long.MIN_VALUE, 0),
            Position.boundary(-1));

    @Test
    void positions_are_ordered_by_base_then_offset_then_ordinal_without_sign() {
        List<Position> shuffled = new ArrayList<>(IN_ORDER);
        Collections.shuffle(shuffled, new Random(5));

        assertThat(shuffled.stream().sorted()).containsExactlyElementsOf(IN_ORDER);
    }

    @Test
    void a_boundary_is_before_everything_that_follows_it() {
        assertThat(Position.boundary(7)).isLessThan(new Position(7, 0, 0)).isGreaterThan(new Position(6, -1, 99));
    }

    @Test
    void the_later_of_two_is_the_maximum_whichever_comes_first() {
        Position later = Position.boundary(-1);

        assertThat(Position.max(later, Position.boundary(1))).isEqualTo(later);
        assertThat(Position.max(Position.boundary(1), later)).isEqualTo(later);
    }

    @Test
    void its_text_is_read_back_as_it_was() {
        for (Position position : IN_ORDER) {
            assertThat(Position.parse(position.toString())).isEqualTo(position);
        }
        assertThat(new Position(0x1A2B, -1, 3)).hasToString("1a2b/ffffffffffffffff/3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1/2", "1/2/3/4", "x/2/3", "1/2/", "1/2/a", "-1/2/3"})
    void what_is_no_position_is_refused(String text) {
        assertThatThrownBy(() -> Position.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
