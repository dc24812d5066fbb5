package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayTextTest {

    @Test
    void elements_are_taken_apart_with_quotes_escapes_and_nulls() {
        assertThat(ArrayText.parse("{}", ',')).isEmpty();
        assertThat(ArrayText.parse("{1,NULL,3}", ',')).isEqualTo(Arrays.asList("1", null, "3"));
        assertThat(ArrayText.parse("{\"NULL\",\"\",\"a,b\",\"{\",\"a\\\"b\\\\c\"}", ','))
                .isEqualTo(List.of("NULL", "", "a,b", "{", "a\"b\\c"));
    }

    @Test
    void several_dimensions_are_lists_of_lists_and_lower_bounds_are_passed_over() {
        assertThat(ArrayText.parse("{{a,NULL},{c,d}}", ','))
                .isEqualTo(List.of(Arrays.asList("a", null), List.of("c", "d")));
        assertThat(ArrayText.parse("[0:1]={a,b}", ',')).isEqualTo(List.of("a", "b"));
        assertThat(ArrayText.parse("[-1:0][2:2]={{a},{b}}", ',')).isEqualTo(List.of(List.of("a"), List.of("b")));
    }

    @Test
    void boxes_stand_between_semicolons() {
        assertThat(ArrayText.parse("{(1,1),(0,0);(3,3),(2,2)}", ';')).isEqualTo(List.of("(1,1),(0,0)", "(3,3),(2,2)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "{", "{a", "{a,", "{\"a}", "{\"a\"b}", "{a}b", "{{a}", "[1]", "[1,2]", "[0:1]{a}"})
    void what_is_no_array_is_refused(String text) {
        assertThatThrownBy(() -> ArrayText.parse(text, ',')).isInstanceOf(Misfit.class);
    }

    @Test
    void a_json_array_is_none() {
        assertThat(ArrayText.isArray("[1]")).isFalse();
        assertThat(ArrayText.isArray("[\"]={\"]")).isFalse();
        assertThat(ArrayText.isArray("[1:2]={3,4}")).isTrue();
    }
}
