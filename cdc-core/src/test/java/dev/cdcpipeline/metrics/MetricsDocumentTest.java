package dev.cdcpipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");
    private static final Pattern CELL = Pattern.compile("\\s*\\|\\s*");

    @Test
    void the_document_lists_the_meters_that_are_registered_with_type_unit_and_tags() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new FakePipeline().metrics().bindTo(registry);

        assertThat(documented())
                .containsExactlyInAnyOrderElementsOf(registry.getMeters().stream()
                        .map(MetricsDocumentTest::row)
                        .collect(Collectors.toSet()));
    }

    private static Set<String> documented() throws IOException {
        try (Stream<String> lines = Files.lines(DOCUMENT)) {
            return lines.filter(line -> line.startsWith("| `cdc."))
                    .map(line -> CELL.split(line))
                    .map(cells -> row(cells[1].replace("`", ""), cells[2], cells[3], cells[4]))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String row(Meter meter) {
        Meter.Id id = meter.getId();
        String type = switch (id.getType()) {
            case DISTRIBUTION_SUMMARY -> "summary";
            default -> id.getType().name().toLowerCase(Locale.ROOT);
        };
        return row(
                id.getName(),
                type,
                id.getBaseUnit() == null ? "" : id.getBaseUnit(),
                id.getTags().stream().map(Tag::getKey).collect(Collectors.joining(", ")));
    }

    private static String row(String name, String type, String unit, String tags) {
        return name + " | " + type + " | " + unit + " | "
                + Stream.of(tags.split(", ")).sorted().toList();
    }
}
