package dev.cdcpipeline.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "numeric(10,2)",
                "character varying(20)[]",
                "timestamp(3) without time zone",
                "interval day to second(3)",
                "\"char\"",
                "\"bit\"",
                "double precision"
            })
    void a_type_that_PostgreSQL_brings_is_left_to_it(String name) {
        assertThat(TypeName.parse(name)).isEqualTo(new TypeName("", name, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "public.citext|public|citext|false",
                "public.citext[]|public|citext|true",
                "shop.\"Mixed Mood\"|shop|Mixed Mood|false",
                "\"My \"\"shop\"\"\".\"a.b(1)[]\"[]|My \"shop\"|a.b(1)[]|true",
                "gis.geometry(Point,4326)|gis|geometry|false",
                "gis.geometry(Point,4326)[]|gis|geometry|true"
            })
    void a_type_of_users_is_taken_apart(String text, String schema, String name, boolean array) {
        assertThat(TypeName.parse(text)).isEqualTo(new TypeName(schema, name, array));
    }
}
