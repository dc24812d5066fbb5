package dev.cdcpipeline.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.deadletter.LetterRow;
import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.internal.shape.PgType;
import dev.cdcpipeline.internal.shape.PgTypes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredRowsTest {
    private static final RowLayout LAYOUT =
            new RowLayout(List.of("id", "price", "body", "odd"), List.of("integer", "numeric(10,2)", "text", ""));

    private final Catalog catalog = new Catalog();
    private final StoredRows rows = new StoredRows(catalog);

    @Test
    void texts_need_no_source() {
        catalog.away = true;
        Row row = rows.row(LAYOUT, Arrays.asList("1", null, null, "x"), Set.of(2));

        assertThat(row.text("id")).isEqualTo("1");
        assertThat(row.text("price")).isNull();
        assertThat(row.isUnchanged(1)).isFalse();
        assertThat(row.text("body")).isNull();
        assertThat(row.isUnchanged(2)).isTrue();
        assertThat(row.value("body")).isNull();
        assertThat(row.hasUnchanged()).isTrue();
        assertThat(LetterRow.of(row)).isEqualTo(new LetterRow(LAYOUT, Arrays.asList("1", null, null, "x"), Set.of(2)));
        assertThat(catalog.asked).isEmpty();
    }

    @Test
    void a_type_is_asked_for_once() {
        for (String id : List.of("1", "2")) {
            Row row = rows.row(LAYOUT, List.of(id, "1.10", "b", "x"), Set.of());
            assertThat(row.value("id")).isEqualTo(Integer.valueOf(id));
            assertThat(row.value("price")).isEqualTo(new BigDecimal("1.10"));
            assertThat(row.hasUnchanged()).isFalse();
        }
        assertThat(catalog.asked).containsExactly("integer", "numeric(10,2)");
    }

    @Test
    void a_value_of_a_type_that_is_gone_is_its_text() {
        assertThat(rows.row(LAYOUT, List.of("1", "1", "b", "x"), Set.of()).value("odd"))
                .isEqualTo("x");
    }

    @Test
    void a_question_that_failed_is_asked_again() {
        Row row = rows.row(LAYOUT, List.of("1", "NaN", "b", "x"), Set.of());
        catalog.away = true;
        assertThatThrownBy(() -> row.value("id")).isInstanceOf(TransientFailure.class);
        catalog.away = false;
        assertThat(row.value("id")).isEqualTo(1);
        assertThatThrownBy(() -> row.value("price"))
                .isInstanceOf(ConversionException.class)
                .hasMessageStartingWith("column 'price': ");
    }

    private static final class Catalog implements PgTypes {
        final List<String> asked = new ArrayList<>();
        boolean away;

        @Override
        public PgType type(int oid) {
            return PgType.unknown(oid);
        }

        @Override
        public String sqlName(int oid, int modifier) {
            return "";
        }

        @Override
        public PgType named(String sqlName) {
            if (away) {
                throw new TransientFailure("[db0] away");
            }
            asked.add(sqlName);
            return switch (sqlName) {
                case "integer" -> builtIn("int4");
                case "numeric(10,2)" -> builtIn("numeric");
                default -> PgType.unknown(0);
            };
        }

        private static PgType builtIn(String name) {
            return new PgType(1, "pg_catalog", name, PgType.Kind.BASE, null, List.of(), ',');
        }
    }
}
