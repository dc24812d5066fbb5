package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadAlterationsTest {
    private final LoadAlterations alterations = new LoadAlterations();

    @Test
    void many_engines_that_end_so_without_a_row_are_too_many() {
        for (int i = 0; i < 5; i++) {
            assertThat(alterations.another(0)).isFalse();
        }
        assertThat(alterations.another(0)).isTrue();
        assertThat(alterations.inARow()).isEqualTo(6);
        assertThat(alterations.areTooMany()).as("until one ends otherwise").isTrue();

        alterations.none();
        assertThat(alterations.areTooMany()).isFalse();
    }

    @Test
    void a_load_that_goes_on_between_may_be_altered_as_often_as_it_likes() {
        for (int i = 0; i < 50; i++) {
            assertThat(alterations.another(i * 100L)).isFalse();
        }
    }
}
