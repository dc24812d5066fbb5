package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.ConversionException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {

    enum Status {
        NEW,
        PAID
    }

    record Line(int number, BigDecimal price) {}

    record Order(
            long id,
            @Nullable String customer,
            Status status,
            BigDecimal total,
            Instant at,
            LocalDate day,
            LocalDateTime local,
            OffsetDateTime offset,
            LocalTime time,
            Duration duration,
            Period period,
            UUID uuid,
            Optional<Line> first,
            Optional<String> note,
            List<Line> lines,
            Map<String, Object> attributes) {}

    private static final Order ORDER = new Order(
            9007199254740993L,
            null,
            Status.PAID,
            new BigDecimal("12345678901234567890.10"),
            Instant.parse("2024-01-02T03:04:00Z"),
            LocalDate.parse("2024-01-02"),
            LocalDateTime.parse("2024-01-02T03:04"),
            OffsetDateTime.parse("2024-01-02T03:04:05.000006Z"),
            LocalTime.parse("03:04"),
            Duration.ofSeconds(90),
            Period.ofMonths(14),
            UUID.fromString("00000000-0000-0001-0000-000000000002"),
            Optional.of(new Line(1, new BigDecimal("1.00"))),
            Optional.empty(),
            List.of(new Line(2, new BigDecimal("1E+3"))),
            Map.of("a", new BigDecimal("0.10")));

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void a_record_is_an_object_that_any_client_can_read() {
        assertThat(text(JsonCodec.of(Order.class).encode(ORDER)))
                .isEqualTo("{\"id\":9007199254740993,\"customer\":null,\"status\":\"PAID\","
                        + "\"total\":12345678901234567890.10,\"at\":\"2024-01-02T03:04:00Z\",\"day\":\"2024-01-02\","
                        + "\"local\":\"2024-01-02T03:04:00\",\"offset\":\"2024-01-02T03:04:05.000006Z\","
                        + "\"time\":\"03:04:00\",\"duration\":\"PT1M30S\",\"period\":\"P14M\","
                        + "\"uuid\":\"00000000-0000-0001-0000-000000000002\","
                        + "\"first\":{\"number\":1,\"price\":1.00},\"note\":null,"
                        + "\"lines\":[{\"number\":2,\"price\":1000}],\"attributes\":{\"a\":0.10}}");
    }

    @Test
    void what_is_written_is_read() {
        JsonCodec<Order> codec = JsonCodec.of(Order.class);

        Order read = codec.decode(codec.encode(ORDER));

        assertThat(read).usingRecursiveComparison().ignoringFields("lines").isEqualTo(ORDER);
        assertThat(codec.decode(codec.encode(read))).isEqualTo(read);
    }

    @Test
    void what_another_version_has_written_is_read_if_nothing_is_missing() {
        JsonCodec<Line> codec = JsonCodec.of(Line.class);

        assertThat(codec.decode("{\"price\":1,\"number\":2,\"colour\":\"red\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Line(2, BigDecimal.ONE));
        for (String bad : List.of("{\"price\":1}", "{\"number\":null}", "[]", "", "{\"number\":\"secret")) {
            assertThatThrownBy(() -> codec.decode(bad.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(ConversionException.class)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void lists_and_a_mapper_of_the_users_can_be_given() {
        JsonCodec<List<Line>> lines = JsonCodec.of(new TypeReference<List<Line>>() {});
        assertThat(lines.decode(lines.encode(ORDER.lines()))).first().isInstanceOf(Line.class);

        record Note(@Nullable String text, int number) {}
        ObjectMapper mapper = new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
        assertThat(text(JsonCodec.of(Note.class, mapper).encode(new Note(null, 1))))
                .isEqualTo("{\"number\":1}");
    }

    @Test
    void a_row_as_it_is_becomes_an_object_of_its_columns() {
        Row row = TextRow.of(
                "id bigint", "9007199254740993",
                "total numeric", "1.10",
                "none numeric", "NaN",
                "rate double precision", "NaN",
                "paid boolean", "t",
                "doc jsonb", "{\"a\": [1.0, null]}",
                "docs jsonb[]", "{\"a\": 1};2",
                "tags text[]", "a;\"b",
                "raw bytea", "AQID",
                "at timestamptz", "2024-01-02T03:04Z",
                "name text", "Änn \"x\"",
                "gone text", null,
                "span int4range", "[1,5)");

        assertThat(text(JsonCodec.of(Row.class).encode(row)))
                .isEqualTo("{\"id\":9007199254740993,\"total\":1.10,\"none\":\"NaN\",\"rate\":\"NaN\",\"paid\":true,"
                        + "\"doc\":{\"a\": [1.0, null]},\"docs\":[{\"a\": 1},2],\"tags\":[\"a\",\"\\\"b\"],"
                        + "\"raw\":\"AQID\",\"at\":\"2024-01-02T03:04:00Z\",\"name\":\"Änn \\\"x\\\"\",\"gone\":null,"
                        + "\"span\":\"[1,5)\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-01-02T03:04:00Z",
                "2024-01-02T03:04:05Z",
                "2024-01-02T03:04:00.100Z",
                "2024-01-02T03:04:00.000001Z",
                "0000-01-01T00:00:00Z",
                "-0001-12-31T23:59:59Z",
                "9999-12-31T23:59:59.999999Z",
                "+10000-01-01T00:00:00Z"
            })
    void an_instant_has_the_text_that_java_gives_it(String text) {
        byte[] json = JsonCodec.of(Instant.class).encode(Instant.parse(text));

        assertThat(new String(json, StandardCharsets.UTF_8)).isEqualTo('"' + text + '"');
    }
}
