package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.failure.SchemaDrift;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a record's component may be for what a row gives. */
class ComponentConversionTest {
    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    enum Status {
        NEW,
        IN_PROGRESS,
        done
    }

    /** Components of every kind, for their generic types; of each row only one is looked at. */
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
            Interval interval,
            Duration duration,
            Period period,
            Optional<Instant> maybe,
            OptionalInt maybeInt,
            OptionalLong maybeLong,
            OptionalDouble maybeDouble,
            Map<String, String> map,
            Map<String, Integer> counts,
            List<Long> longs,
            List<List<Integer>> matrix,
            int[][] grid,
            List<Optional<Integer>> maybes,
            List<? extends Status> statuses,
            Collection<Instant> instants,
            int[] ints,
            Integer[] boxedInts,
            List<byte[]> blobs,
            List<String>[] lists,
            Set<Long> set) {}

    private static final Map<String, RecordColumn> COLUMNS =
            RecordMapping.of("public.kinds", Kinds.class, Converters.found()).columns().stream()
                    .collect(Collectors.toMap(RecordColumn::component, each -> each));

    private static ComponentConversion conversion(String component) {
        return new ComponentConversion("public.kinds", "Kinds", COLUMNS.get(component));
    }

    private static @Nullable Object convert(String component, @Nullable Object value) {
        return conversion(component).convert(RowOf.column("c", value), 0);
    }

    /** No value of the class fits. */
    private static void drifts(String component, Object value) {
        assertThatThrownBy(() -> convert(component, value)).as(component).isInstanceOf(SchemaDrift.class);
    }

    /** This value does not fit. */
    private static void refuses(String component, Object value) {
        assertThatThrownBy(() -> convert(component, value)).as(component).isInstanceOf(ConversionException.class);
    }

    @Test
    void a_value_of_the_same_class_is_taken_as_it_is() {
        LocalDate date = LocalDate.now();

        assertThat(convert("text", "x")).isEqualTo("x");
        assertThat(convert("i", 5)).isEqualTo(5);
        assertThat(convert("b", true)).isEqualTo(true);
        assertThat(convert("uuid", ID)).isSameAs(ID);
        assertThat(convert("anything", date)).isSameAs(date);
        assertThat(convert("anything", List.of(1L))).isEqualTo(List.of(1L));
        assertThat(convert("bytes", new byte[] {1})).isEqualTo(new byte[] {1});
        assertThat(convert("map", Map.of("a", "b"))).isEqualTo(Map.of("a", "b"));
        assertThat(convert("decimal", new BigDecimal("1.50"))).isEqualTo(new BigDecimal("1.50"));
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
        drifts("i", 5L);
        drifts("boxedShort", 5);
        drifts("f", 1.5d);
        drifts("l", new BigDecimal("5"));
        drifts("d", 5L);
        drifts("d", new BigDecimal("5"));
        drifts("decimal", 1.5d);
    }

    @Test
    void a_string_has_the_text_of_whatever_the_column_is() {
        RowOf nan = RowOf.text("c", "numeric", "NaN");

        assertThat(conversion("text").convert(nan, 0)).isEqualTo("NaN");
        assertThat(convert("text", ID)).isEqualTo(ID.toString());
        assertThat(conversion("text").convert(RowOf.text("c", "int4[]", "{1,NULL}"), 0))
                .isEqualTo("{1,NULL}");
    }

    @Test
    void a_timestamp_with_zone_can_be_an_instant() {
        assertThat(convert("instant", OffsetDateTime.parse("2024-02-29T12:00:00.000001+02:00")))
                .isEqualTo(Instant.parse("2024-02-29T10:00:00.000001Z"));
        drifts("uuid", ID.toString());
        drifts("instant", "2024-02-29T10:00:00Z");
    }

    @Test
    void an_interval_is_a_duration_or_a_period_only_if_it_is_exactly_one() {
        assertThat(convert("interval", new Interval(1, 2, 3))).isEqualTo(new Interval(1, 2, 3));
        assertThat(convert("duration", new Interval(0, 0, -1_500_000))).isEqualTo(Duration.ofMillis(-1500));
        assertThat(convert("duration", new Interval(0, 0, Long.MIN_VALUE)))
                .isEqualTo(Duration.of(Long.MIN_VALUE, ChronoUnit.MICROS));
        assertThat(convert("period", new Interval(14, -3, 0))).isEqualTo(Period.of(1, 2, -3));
        refuses("duration", new Interval(0, 1, 0));
        refuses("duration", new Interval(1, 0, 0));
        refuses("period", new Interval(1, 0, 1));
        drifts("duration", 5L);
    }

    @Test
    void a_label_is_the_constant_of_its_name_or_of_its_upper_case_form() {
        assertThat(convert("status", "NEW")).isEqualTo(Status.NEW);
        assertThat(convert("status", "in progress")).isEqualTo(Status.IN_PROGRESS);
        assertThat(convert("status", "in-progress")).isEqualTo(Status.IN_PROGRESS);
        assertThat(convert("status", "done")).isEqualTo(Status.done);
        assertThatThrownBy(() -> convert("status", "lost"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContainingAll("'lost'", Status.class.getName());
    }

    @Test
    void null_is_an_empty_optional() {
        assertThat(convert("maybe", null)).isEqualTo(Optional.empty());
        assertThat(convert("maybe", OffsetDateTime.parse("2024-01-01T00:00Z")))
                .isEqualTo(Optional.of(Instant.parse("2024-01-01T00:00:00Z")));
        assertThat(convert("maybeInt", null)).isEqualTo(OptionalInt.empty());
        assertThat(convert("maybeInt", (short) 5)).isEqualTo(OptionalInt.of(5));
        assertThat(convert("maybeLong", 5)).isEqualTo(OptionalLong.of(5));
        assertThat(convert("maybeLong", null)).isEqualTo(OptionalLong.empty());
        assertThat(convert("maybeDouble", 1.5f)).isEqualTo(OptionalDouble.of(1.5));
        assertThat(convert("maybeDouble", null)).isEqualTo(OptionalDouble.empty());
        assertThat(convert("maybes", Arrays.asList(1, null))).isEqualTo(List.of(Optional.of(1), Optional.empty()));
        drifts("maybeInt", 5L);
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
        assertThat((List<?>) convert("blobs", List.of(new byte[] {7}))).first().isEqualTo(new byte[] {7});
    }

    @Test
    void an_array_becomes_a_java_array() {
        assertThat(convert("ints", Arrays.asList((short) 1, 2))).isEqualTo(new int[] {1, 2});
        assertThat(convert("boxedInts", Arrays.asList(1, null))).isEqualTo(new Integer[] {1, null});
        assertThat(convert("grid", List.of(List.of(1, 2), List.of(3, 4)))).isEqualTo(new int[][] {{1, 2}, {3, 4}});
        assertThat(conversion("lists").convert(RowOf.text("c", "text[]", "{{a,NULL},{\"b c\",d}}"), 0))
                .isEqualTo(new List<?>[] {Arrays.asList("a", null), List.of("b c", "d")});
        assertThatThrownBy(() -> convert("ints", Arrays.asList(1, null)))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("int[]");
    }

    @Test
    void dimensions_are_the_values_own() {
        assertThat(convert("matrix", List.of(List.of(1, 2), Arrays.asList(3, null))))
                .isEqualTo(List.of(List.of(1, 2), Arrays.asList(3, null)));
        assertThat(convert("matrix", List.of())).isEqualTo(List.of());
        refuses("matrix", List.of(1, 2));
        refuses("longs", List.of(List.of(1L)));
        refuses("ints", List.of(List.of(1)));
        refuses("grid", List.of(1));
        assertThatThrownBy(() -> conversion("lists").convert(RowOf.text("c", "text[]", "{\"[]\"}"), 0))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("fewer dimensions");
    }

    @Test
    void an_array_does_not_fit_what_is_none() {
        drifts("i", List.of(1));
        drifts("set", List.of(1L));
        drifts("longs", List.of("a"));
        drifts("longs", 5L);
        drifts("bytes", List.of((short) 1));
        drifts("counts", Map.of("a", "1"));
        drifts("map", RowOf.column("a", 1));
    }

    @Test
    void values_of_changing_classes_are_each_converted_by_their_own() {
        ComponentConversion conversion = conversion("decimal");

        assertThat(conversion.convert(RowOf.column("c", 5), 0)).isEqualTo(BigDecimal.valueOf(5));
        assertThat(conversion.convert(RowOf.column("c", new BigDecimal("1.5")), 0))
                .isEqualTo(new BigDecimal("1.5"));
        assertThat(conversion.convert(RowOf.column("c", (short) 6), 0)).isEqualTo(BigDecimal.valueOf(6));
    }

    private static boolean accepts(String component, ValueType type) {
        return COLUMNS.get(component).accepts(type);
    }

    private static ValueType of(Class<?> type) {
        return ValueType.of(type);
    }

    private static ValueType listOf(Class<?> type) {
        return ValueType.listOf(of(type));
    }

    @Test
    void what_is_accepted_at_the_start_is_what_can_be_converted() {
        assertThat(accepts("l", of(Integer.class))).isTrue();
        assertThat(accepts("i", of(Long.class))).isFalse();
        assertThat(accepts("longs", listOf(Integer.class))).isTrue();
        assertThat(accepts("longs", of(Long.class))).isFalse();
        assertThat(accepts("matrix", listOf(Integer.class))).isTrue();
        assertThat(accepts("matrix", listOf(Long.class))).isFalse();
        assertThat(accepts("grid", listOf(Short.class))).isTrue();
        assertThat(accepts("bytes", of(byte[].class))).isTrue();
        assertThat(accepts("bytes", listOf(Short.class))).isFalse();
        assertThat(accepts("blobs", listOf(byte[].class))).isTrue();
        assertThat(accepts("blobs", of(byte[].class))).isFalse();
        assertThat(accepts("statuses", listOf(String.class))).isTrue();
        assertThat(accepts("maybeInt", of(Short.class))).isTrue();
        assertThat(accepts("maybeInt", of(Long.class))).isFalse();
        assertThat(accepts("duration", of(Interval.class))).isTrue();
        assertThat(accepts("map", of(Map.class))).isTrue();
        assertThat(accepts("counts", of(Map.class))).isFalse();
        assertThat(accepts("set", listOf(Long.class))).isFalse();
        assertThat(accepts("anything", listOf(Long.class))).isTrue();
        assertThat(COLUMNS.get("i").isPrimitive()).isTrue();
        assertThat(COLUMNS.get("ints").isPrimitive()).isFalse();
    }

    @Test
    void a_string_is_accepted_for_every_type() {
        for (ValueType type : List.of(
                of(BigDecimal.class),
                listOf(Integer.class),
                ValueType.ofJson(),
                of(Map.class),
                ValueType.rowOf(Map.of("a", of(Long.class))))) {
            assertThat(accepts("text", type)).as("%s", type).isTrue();
        }
        assertThat(accepts("lists", listOf(UUID.class))).isTrue();
        assertThat(accepts("lists", of(UUID.class))).isFalse();
    }
}
