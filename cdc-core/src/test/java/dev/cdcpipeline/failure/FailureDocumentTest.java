package dev.cdcpipeline.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailureDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "failures.md");

    @Test
    void the_document_lists_every_row_of_the_table_in_its_order() throws IOException {
        try (Stream<String> lines = Files.lines(DOCUMENT)) {
            List<String> documented = lines.filter(line -> line.matches("\\| `[\\w. ]+` \\| (SQL|Redis|class).*"))
                    .toList();
            assertThat(documented)
                    .containsExactlyElementsOf(FailureTable.rules().stream()
                            .map(FailureDocumentTest::row)
                            .toList());
        }
    }

    @Test
    void no_row_is_there_twice() {
        assertThat(FailureTable.rules()).extracting(FailureRule::name).doesNotHaveDuplicates();
    }

    private static String row(FailureRule rule) {
        String by = switch (rule.by()) {
            case SQL_STATE -> "SQL state";
            case REDIS_ERROR -> "Redis error";
            case CLASS -> "class";
            case GENERAL_CLASS -> "class, at last";
        };
        return "| `" + rule.name() + "` | " + by + " | " + rule.kind().name().toLowerCase(Locale.ROOT) + " | "
                + rule.advice() + " |";
    }
}
