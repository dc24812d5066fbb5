package dev.cdcpipeline.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Interval;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.internal.shape.PgType;
import dev.cdcpipeline.internal.shape.PgType.Kind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordCheckTest {
    private static final PgType INT4 = builtIn("int4");
    private static final PgType PART = new PgType(
            16400,
            "shop",
            "part",
            Kind.COMPOSITE,
            null,
            List.of(new PgType.Field("name", builtIn("text"), "text"), new PgType.Field("size", INT4, "integer")),
            ',');

    record Part(String name, @Nullable Integer size) {}

    record Small(
            List<Short> shorts,
            List<BigDecimal> numbers,
            List<List<LocalDate>> days,
            OffsetTime time,
            Interval span,
            Map<String, String> tags,
            Part part,
            List<Part> parts) {}

    record Texts(String shorts, String numbers, String days, String time, String span, String tags, String part) {}

    record Wrong(List<String> part, Integer days, LocalDate tags, int numbers, String sum, String gone) {}

    @Test
    void every_type_has_a_component_that_takes_it() {
        assertThat(problems(Small.class)).isEmpty();
    }

    @Test
    void a_string_takes_every_type() {
        assertThat(problems(Texts.class)).isEmpty();
    }

    @Test
    void a_misfit_is_told_with_what_would_fit() {
        assertThat(problems(Wrong.class))
                .satisfiesExactlyInAnyOrder(
                        part -> assertThat(part)
                                .startsWith("shop.t.part: component 'part' (java.util.List<java.lang.String>) of ")
                                .endsWith(
                                        "cannot take SQL type shop.part; use a record of its fields [name, size] or String"),
                        days -> assertThat(days).endsWith("cannot take SQL type date[]; use List<LocalDate> or String"),
                        tags -> assertThat(tags)
                                .endsWith("cannot take SQL type public.hstore; use Map<String, String> or String"),
                        numbers -> assertThat(numbers)
                                .endsWith("cannot take SQL type numeric[]; use List<BigDecimal> or String"),
                        sum -> assertThat(sum).contains("is a generated column"),
                        gone -> assertThat(gone).contains("has no column"));
    }

    private static List<String> problems(Class<? extends Record> type) {
        Map<String, SourceColumn> columns = new LinkedHashMap<>();
        add(columns, "shorts", "smallint[]", arrayOf(builtIn("int2")), null);
        add(columns, "numbers", "numeric[]", arrayOf(builtIn("numeric")), null);
        add(columns, "days", "date[]", arrayOf(builtIn("date")), null);
        add(columns, "time", "time with time zone", builtIn("timetz"), null);
        add(columns, "span", "interval", builtIn("interval"), null);
        add(columns, "tags", "public.hstore", type("public", "hstore", Kind.BASE, null), null);
        add(columns, "part", "shop.part", PART, null);
        add(columns, "parts", "shop.part[]", arrayOf(PART), null);
        add(columns, "sum", "integer", INT4, "1 + 1");
        SourceTable<?> table = SourceTable.of("shop.t", type);
        return RecordCheck.problems(table, tableOf(table, columns));
    }

    private static SourceTableInfo tableOf(SourceTable<?> table, Map<String, SourceColumn> columns) {
        return new SourceTableInfo(table.name(), 1, columns, List.of(), "d", false, true, 0);
    }

    private static void add(
            Map<String, SourceColumn> columns, String name, String sqlType, PgType type, @Nullable String generated) {
        columns.put(name, new SourceColumn(name, sqlType, type, -1, true, generated, false, generated == null));
    }

    private static PgType builtIn(String name) {
        return type("pg_catalog", name, Kind.BASE, null);
    }

    private static PgType arrayOf(PgType element) {
        return type(element.schema(), "_" + element.name(), Kind.ARRAY, element);
    }

    private static PgType type(String schema, String name, Kind kind, @Nullable PgType element) {
        return new PgType(1, schema, name, kind, element, List.of(), ',');
    }
}
