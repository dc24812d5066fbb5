package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a record's component may be for what a row gives. */
class ComponentConversionTest {
    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    enum Status {
        NEW,
        IN_PROGRESS,
        done
    }

    /** Components of every kind, for their generic types. */
    record Kinds(
            int i,
            long l,
            double d,
            boolean b,
            Short boxedShort,
            Long boxedLong,
            BigDecimal decimal,
            Float f,
            String text,
            Instant instant,
            UUID uuid,
            Status status,
            Object anything,
            byte[] bytes,
            List<Long> longs,
            List<? extends Status> statuses,
            Collection<Instant> instants,
            int[] ints,
            Integer[] boxedInts,
            String[] texts,
            List<String>[] lists,
            Set<Long> set) {}

    private static Type type(String component) {
        return Arrays.stream(Kinds.class.getRecordComponents())
                .filter(candidate -> candidate.getName().equals(component))
                .map(RecordComponent::getGenericType)
                .findFirst()
                .orElseThrow();
    }

    private static Object convert(String component, Object value) {
        return new ComponentConversion(type(component)).convert(value);
    }

    private static void refuses(String component, Object value) {
        assertThatThrownBy(() -> convert(component, value)).as(component).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_value_of_the_same_class_is_taken_as_it_is() {
        LocalDate date = LocalDate.now();

        assertThat(convert("text", "x")).isEqualTo("x");
        assertThat(convert("i", 5)).isEqualTo(5);
        assertThat(convert("b", true)).isEqualTo(true);
        assertThat(convert("uuid", ID)).isSameAs(ID);
        assertThat(convert("anything", date)).isSameAs(date);
        assertThat(convert("bytes", new byte[] {1})).isEqualTo(new byte[] {1});
    }

    @Test
    void numbers_are_widened_where_nothing_is_lost() {
        assertThat(convert("i", (short) 5)).isEqualTo(5);
        assertThat(convert("l", (short) 5)).isEqualTo(5L);
        assertThat(convert("boxedLong", 5)).isEqualTo(5L);
        assertThat(convert("decimal", Long.MAX_VALUE)).isEqualTo(BigDecimal.valueOf(Long.MAX_VALUE));
        assertThat(convert("decimal", (short) 5)).isEqualTo(BigDecimal.valueOf(5));
        assertThat(convert("d", 1.5f)).isEqualTo(1.5d);
    }

    @Test
    void numbers_are_never_narrowed() {
        refuses("i", 5L);
        refuses("boxedShort", 5);
        refuses("f", 1.5d);
        refuses("l", new BigDecimal("5"));
        refuses("d", 5L);
        refuses("decimal", 1.5d);
    }

    @Test
    void a_timestamp_with_zone_can_be_an_instant_and_a_uuid_can_be_text() {
        assertThat(convert("instant", OffsetDateTime.parse("2024-02-29T12:00:00.000001+02:00")))
                .isEqualTo(Instant.parse("2024-02-29T10:00:00.000001Z"));
        assertThat(convert("text", ID)).isEqualTo(ID.toString());
        refuses("uuid", ID.toString());
        refuses("instant", "2024-02-29T10:00:00Z");
    }

    @Test
    void a_label_is_the_constant_of_its_name_or_of_its_upper_case_form() {
        assertThat(convert("status", "NEW")).isEqualTo(Status.NEW);
        assertThat(convert("status", "in progress")).isEqualTo(Status.IN_PROGRESS);
        assertThat(convert("status", "in-progress")).isEqualTo(Status.IN_PROGRESS);
        assertThat(convert("status", "done")).isEqualTo(Status.done);
        assertThatThrownBy(() -> convert("status", "lost")).hasMessageContainingAll("'lost'", Status.class.getName());
    }

    @Test
    void an_array_becomes_a_list_of_converted_elements_that_cannot_be_changed() {
        Object longs = convert("longs", Arrays.asList(1, null, 3));

        assertThat(longs).isEqualTo(Arrays.asList(1L, null, 3L));
        assertThatThrownBy(() -> ((List<?>) longs).clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(convert("statuses", List.of("NEW", "done"))).isEqualTo(List.of(Status.NEW, Status.done));
        assertThat(convert("instants", List.of(OffsetDateTime.parse("2024-01-01T00:00Z"))))
                .isEqualTo(List.of(Instant.parse("2024-01-01T00:00:00Z")));
        assertThat(convert("longs", List.of())).isEqualTo(List.of());
    }

    @Test
    void an_array_becomes_a_java_array() {
        assertThat(convert("ints", Arrays.asList((short) 1, 2))).isEqualTo(new int[] {1, 2});
        assertThat(convert("boxedInts", Arrays.asList(1, null))).isEqualTo(new Integer[] {1, null});
        assertThat(convert("texts", List.of(ID))).isEqualTo(new String[] {ID.toString()});
        assertThatThrownBy(() -> convert("ints", Arrays.asList(1, null))).hasMessageContaining("int[]");
    }

    @Test
    void an_array_does_not_fit_what_is_none() {
        refuses("text", List.of("a"));
        refuses("set", List.of(1L));
        refuses("anything", List.of(1L));
        refuses("longs", List.of("a"));
        refuses("longs", 5L);
    }

    @Test
    void values_of_changing_classes_are_each_converted_by_their_own() {
        ComponentConversion conversion = new ComponentConversion(type("decimal"));

        assertThat(conversion.convert(5)).isEqualTo(BigDecimal.valueOf(5));
        assertThat(conversion.convert(new BigDecimal("1.5"))).isEqualTo(new BigDecimal("1.5"));
        assertThat(conversion.convert((short) 6)).isEqualTo(BigDecimal.valueOf(6));
    }

    @Test
    void what_is_accepted_at_the_start_is_what_can_be_converted() {
        assertThat(new RecordColumn("c", "c", type("l")).accepts(Integer.class, false))
                .isTrue();
        assertThat(new RecordColumn("c", "c", type("i")).accepts(Long.class, false))
                .isFalse();
        assertThat(new RecordColumn("c", "c", type("longs")).accepts(Integer.class, true))
                .isTrue();
        assertThat(new RecordColumn("c", "c", type("longs")).accepts(Long.class, false))
                .isFalse();
        assertThat(new RecordColumn("c", "c", type("bytes")).accepts(byte[].class, false))
                .isTrue();
        assertThat(new RecordColumn("c", "c", type("bytes")).accepts(Short.class, true))
                .isFalse();
        assertThat(new RecordColumn("c", "c", type("statuses")).accepts(String.class, true))
                .isTrue();
        assertThat(new RecordColumn("c", "c", type("i")).isPrimitive()).isTrue();
        assertThat(new RecordColumn("c", "c", type("ints")).isPrimitive()).isFalse();
    }
}
