package dev.cdcpipeline.projection.redis;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;

/** Dates and times as text in ISO 8601, always with seconds. */
final class TimeJson {

    /** Years of four digits. */
    private static final long FIRST_PLAIN =
            Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();

    private static final long FIRST_LATE =
            Instant.parse("+10000-01-01T00:00:00Z").getEpochSecond();

    private TimeJson() {}

    static void addTo(SimpleModule module) {
        add(module, Instant.class, TimeJson::text, Instant::parse);
        add(module, LocalDate.class, LocalDate::toString, LocalDate::parse);
        add(module, LocalTime.class, DateTimeFormatter.ISO_LOCAL_TIME::format, LocalTime::parse);
        add(module, LocalDateTime.class, DateTimeFormatter.ISO_LOCAL_DATE_TIME::format, LocalDateTime::parse);
        add(module, OffsetDateTime.class, DateTimeFormatter.ISO_OFFSET_DATE_TIME::format, OffsetDateTime::parse);
        add(module, OffsetTime.class, DateTimeFormatter.ISO_OFFSET_TIME::format, OffsetTime::parse);
        add(module, ZonedDateTime.class, DateTimeFormatter.ISO_ZONED_DATE_TIME::format, ZonedDateTime::parse);
        add(module, Duration.class, Duration::toString, Duration::parse);
        add(module, Period.class, Period::toString, Period::parse);
    }

    /** The text of {@link Instant#toString()}, which takes its time, as every row may have one. */
    private static String text(Instant instant) {
        long second = instant.getEpochSecond();
        if (second < FIRST_PLAIN || second >= FIRST_LATE) {
            return instant.toString();
        }
        LocalDateTime time = LocalDateTime.ofEpochSecond(second, instant.getNano(), ZoneOffset.UTC);
        boolean isWholeMinute = time.getSecond() == 0 && time.getNano() == 0;
        return time + (isWholeMinute ? ":00Z" : "Z");
    }

    private static <X> void add(
            SimpleModule module, Class<X> type, Function<X, String> text, Function<String, X> parse) {
        module.addSerializer(type, new JsonSerializer<>() {
            @Override
            public void serialize(X value, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeString(text.apply(value));
            }
        });
        module.addDeserializer(type, new JsonDeserializer<>() {
            @Override
            public X deserialize(JsonParser json, DeserializationContext context) throws IOException {
                String found = json.getText();
                try {
                    return parse.apply(found);
                } catch (DateTimeException e) {
                    return type.cast(context.handleWeirdStringValue(type, found, "not in ISO 8601"));
                }
            }
        });
    }
}
