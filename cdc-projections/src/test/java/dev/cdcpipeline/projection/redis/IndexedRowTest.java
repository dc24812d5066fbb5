package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IndexedRowTest {

    @Test
    void reads_what_it_has_written_whatever_places_contain() {
        for (List<String> places : List.of(
                List.<String>of(),
                List.of(""),
                List.of("a:b", "{c}"),
                List.of("\u001f", "\u001e", "\u001e0", "\u001e1", "\u001e\u001f1", "\u001f\u001e0", "ä😀"))) {
            IndexedRow row = new IndexedRow("db0", 7, 1_700_000_000, places);
            assertThat(IndexedRow.parse(row.text())).isEqualTo(row);
        }
    }
}
