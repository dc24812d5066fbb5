package dev.cdcpipeline.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FindingTest {

    @Test
    void its_text_is_read_back_as_it_was() {
        Finding full =
                Finding.of(FindingKind.BOUNDARY_AHEAD, "db0", "it is \"gone\" € \\", "do this\nor that", "0/1", "F/2");
        Finding bare =
                Finding.of(FindingKind.PUBLICATION_GAP, "db0", "gone", "").as(Severity.WARNING);

        assertThat(Finding.parse(full.toText())).isEqualTo(full);
        assertThat(Finding.parse(bare.toText())).isEqualTo(bare);
        assertThat(full.toText()).as("one line").doesNotContain("\n");
    }

    @Test
    void what_is_no_finding_is_refused() {
        assertThatThrownBy(() -> Finding.parse("{")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Finding.parse("{}")).isInstanceOf(IllegalArgumentException.class);
    }
}
